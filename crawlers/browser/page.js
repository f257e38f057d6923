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

  const boxOf = Element.prototype.getBoundingClientRect;
  const queryAll = Document.prototype.querySelectorAll;
  const parentOf = getter(Node.prototype, "parentElement");
  const naturalWidth = getter(HTMLImageElement.prototype, "naturalWidth");
  const currentSrc = getter(HTMLImageElement.prototype, "currentSrc");
  const canvasWidth = getter(HTMLCanvasElement.prototype, "width");

  const FEWEST_TILES = 4, MOST_TILES = 2_000, MOST_LEVELS = 4, MOST_LOOKED_AT = 20_000;
  const box = (element) => {
    const { left, top, width, height } = boxOf.call(element);
    return { left: left + scrollX, top: top + scrollY, width, height };
  };
  const around = (boxes) => {
    const left = Math.min(...boxes.map((one) => one.left)), top = Math.min(...boxes.map((one) => one.top));
    const right = Math.max(...boxes.map((one) => one.left + one.width));
    const bottom = Math.max(...boxes.map((one) => one.top + one.height));
    return { left, top, width: right - left, height: bottom - top };
  };
  const places = (values) => new Set(values.map((one) => Math.round(one / 3))).size;

  // Elements that show a piece each: by what picture, and where.
  const pieces = () => {
    const found = [];
    for (const element of [...queryAll.call(document, "*")].slice(0, MOST_LOOKED_AT)) {
      const isPicture = localName(element) === "img";
      const background = isPicture ? "" : getComputedStyle(element).backgroundImage;
      if (!isPicture && !background.includes("url(")) continue;
      const parent = parentOf(element);
      const cut = isPicture && parent && getComputedStyle(parent).overflow !== "visible"
        && boxOf.call(parent).width * boxOf.call(parent).height < boxOf.call(element).width * boxOf.call(element).height;
      const shown = cut ? parent : element;
      const place = box(shown);
      if (place.width < 8 || place.height < 8) continue;
      const scale = isPicture && !cut ? naturalWidth(element) / place.width : 1;
      found.push({ element, shown, place, scale, source: isPicture ? currentSrc(element) : background });
    }
    return found;
  };
  // Whether boxes fill a rectangle without gap or overlap, as the tiles of one picture do.
  const fill = (tiles, least) => {
    const whole = around(tiles.map((one) => one.place));
    const area = tiles.reduce((sum, { place }) => sum + place.width * place.height, 0);
    const share = area / (whole.width * whole.height);
    if (whole.width < least || whole.height < least || share < 0.97 || share > 1.03) return null;
    const columns = places(tiles.map((one) => one.place.left)), rows = places(tiles.map((one) => one.place.top));
    const ofOne = new Set(tiles.map((one) => one.source)).size < tiles.length;
    return (columns > 1 && rows > 1) || ofOne ? whole : null;
  };
  // Pictures cut into tiles: for each, what it fills; the innermost element that holds all of them.
  const tiled = (least) => {
    const found = [], taken = new Set();
    const all = pieces();
    for (const piece of all) piece.at = parentOf(piece.shown);
    for (let level = 0; level < MOST_LEVELS; level++) {
      const groups = new Map();
      for (const piece of all) {
        if (!piece.at || taken.has(piece)) continue;
        if (!groups.has(piece.at)) groups.set(piece.at, []);
        if (groups.get(piece.at).length < MOST_TILES) groups.get(piece.at).push(piece);
        piece.at = parentOf(piece.at);
      }
      for (const tiles of groups.values()) {
        if (tiles.length < FEWEST_TILES) continue;
        const linked = new Set(tiles.map((one) => Element.prototype.closest.call(one.shown, "a")));
        const whole = linked.size > 1 ? null : fill(tiles, least);
        if (!whole) continue;
        tiles.forEach((one) => taken.add(one));
        found.push({ kind: "tiles", element: tiles[0].element, ...whole, scale: Math.max(...tiles.map((one) => one.scale)) });
      }
    }
    return { found, tiles: new Set([...taken].map((one) => one.element)) };
  };
  const seen = (element) => Element.prototype.checkVisibility.call(element, { opacityProperty: true, visibilityProperty: true });

  // What a reader looks at, in the order of the page: drawn pictures, tiled ones, plain ones.
  const surfaces = (least, most) => {
    const { found, tiles } = tiled(least);
    for (const element of queryAll.call(document, "canvas, img")) {
      if (found.length >= 4 * most) break;
      const place = box(element);
      if (tiles.has(element) || place.width < least || place.height < least || !seen(element)) continue;
      if (localName(element) === "img") {
        if (naturalWidth(element)) found.push({ kind: "picture", element, ...place, scale: 1, url: currentSrc(element) });
      } else {
        found.push({ kind: "canvas", element, ...place, scale: canvasWidth(element) / place.width });
      }
    }
    const after = (one, two) => Node.prototype.compareDocumentPosition.call(one.element, two.element) & 4 ? -1 : 1;
    return found.sort(after).slice(0, most).map(({ element, ...told }) => ({ url: "", ...told }));
  };

  const MOST_BOXES = 2_000;
  const boxes = (name) => [...queryAll.call(document, `[${name}]`)].slice(0, MOST_BOXES)
    .map((element) => ({ mark: Element.prototype.getAttribute.call(element, name), ...box(element) }));

  return {
    surfaces,
    boxes,
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
