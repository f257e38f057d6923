// What is asked of a page, in a world of its own: the page's scripts can neither see nor change it.
// Getters are taken from prototypes, since names in a form hide those of its element.
(() => {
  const getter = (prototype, name) => {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name);
    return (object) => get.call(object);
  };
  const childNodes = getter(Node.prototype, "childNodes");
  const nodeType = getter(Node.prototype, "nodeType");
  const nodeValue = getter(Node.prototype, "nodeValue");
  const ownerDocument = getter(Node.prototype, "ownerDocument");
  const localName = getter(Element.prototype, "localName");
  const attributes = getter(Element.prototype, "attributes");
  const shadowRoot = getter(Element.prototype, "shadowRoot");
  const contentDocument = getter(HTMLIFrameElement.prototype, "contentDocument");

  const ELEMENT = 1, TEXT = 3;
  const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);
  const RAW = new Set(["script", "style"]);
  const LEFT_OUT = new Set(["noscript", "template"]); // nobody sees them where scripts run
  const ADDRESSES = new Set(["href", "src", "poster", "data-src", "data-original"]);
  const MOST_FRAMES = 20;
  const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
  const quoted = (text) => text.replace(/[&"]/g, (sign) => ({ "&": "&amp;", '"': "&quot;" })[sign]);

  const write = (most) => {
    const parts = ["<!DOCTYPE html>"];
    let size = 0;
    let frames = 0;
    const put = (text) => {
      size += text.length;
      if (size > most) throw new RangeError(`more than ${most} characters`);
      parts.push(text);
    };
    const tag = (element, name) => {
      put(`<${name}`);
      const elsewhere = ownerDocument(element) !== document;
      for (const { name: key, value } of attributes(element)) {
        let said = value;
        if (elsewhere && ADDRESSES.has(key)) {
          try { said = new URL(value, ownerDocument(element).baseURI).href; } catch { /* as it is */ }
        }
        put(` ${key}="${quoted(said)}"`);
      }
      put(">");
    };
    const inside = (element, name) => {
      const shadow = shadowRoot(element);
      if (shadow) return [...childNodes(shadow)].filter((node) => node.localName !== "style");
      if (name === "slot") {
        const assigned = HTMLSlotElement.prototype.assignedNodes.call(element, { flatten: true });
        if (assigned.length) return assigned;
      }
      return [...childNodes(element)];
    };
    const framed = (element) => {
      let body = null;
      try { body = contentDocument(element)?.body ?? null; } catch { /* of another site */ }
      return body && ++frames <= MOST_FRAMES ? [...childNodes(body)] : [];
    };
    // A stack of our own: nesting without end shall not end ours.
    const stack = [{ nodes: [document.documentElement], next: 0, end: "" }];
    while (stack.length) {
      const top = stack[stack.length - 1];
      if (top.next === top.nodes.length) {
        put(top.end);
        stack.pop();
        continue;
      }
      const node = top.nodes[top.next++];
      if (nodeType(node) === TEXT) put(top.raw ? nodeValue(node) : escaped(nodeValue(node)));
      if (nodeType(node) !== ELEMENT) continue;
      const name = localName(node);
      if (LEFT_OUT.has(name)) continue;
      tag(node, name);
      if (VOID.has(name)) continue;
      if (name === "iframe") {
        put("</iframe><div>");
        stack.push({ nodes: framed(node), next: 0, end: "</div>" });
      } else {
        stack.push({ nodes: inside(node, name), next: 0, end: `</${name}>`, raw: RAW.has(name) });
      }
    }
    return parts.join("");
  };

  return {
    look: () => {
      const elements = document.getElementsByTagName("*").length;
      const body = document.body;
      return {
        url: document.URL,
        elements,
        characters: body && elements < 50_000 ? body.textContent.length : 0,
        height: Math.ceil(document.documentElement?.scrollHeight ?? 0),
      };
    },
    scroll: (top) => scrollTo({ top, behavior: "instant" }),
    write,
  };
})()
