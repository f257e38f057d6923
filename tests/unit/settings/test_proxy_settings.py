from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawlers.safety.proxies import Proxy
from settings.sources import InvalidSettings, load_settings, meaning, shown

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "geheim"  # noqa: S105  no secret


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_proxies_come_from_the_file_and_the_environment_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "marque.toml").write_text(
        f'[crawl.proxies]\ntokyo = "http://ada:{SECRET}@a.example:3128"\nosaka = "http://b.example"\n'
    )
    monkeypatch.setenv("MARQUE_CRAWL__PROXIES__OSAKA", f"socks5://ada:{SECRET}@c.example")
    loaded = load_settings()
    urls = {name: url.get_secret_value() for name, url in loaded.values.crawl.proxies.items()}
    assert urls["tokyo"].endswith("@a.example:3128")
    assert urls["osaka"].endswith("@c.example")
    assert loaded.origins["crawl.proxies.osaka"] == "environment"
    assert SECRET not in str(shown(loaded.values)) + repr(loaded.values)
    assert meaning("crawl.proxies.tokyo") == meaning("crawl.proxies")


@pytest.mark.parametrize(
    "url",
    [
        f"ftp://ada:{SECRET}@a.example",
        f"http://ada:{SECRET}@",
        f"http://ada:{SECRET}@a.example:99999",
        f"http://ada:{SECRET}@[a.example",
        SECRET,
    ],
)
def test_what_is_no_proxy_is_refused_without_being_quoted(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUE_CRAWL__PROXIES__TOKYO", url)
    with pytest.raises(InvalidSettings) as caught:
        load_settings()
    assert "tokyo" in str(caught.value)
    assert SECRET not in str(caught.value)
    with pytest.raises(ValueError, match="proxy tokyo") as said:
        Proxy.parse("tokyo", url)
    assert SECRET not in str(said.value)


def test_a_name_with_a_blank_is_refused(tmp_path: Path) -> None:
    (tmp_path / "marque.toml").write_text('[crawl.proxies]\n"two words" = "http://a.example"\n')
    with pytest.raises(InvalidSettings, match="names of proxies"):
        load_settings()


def test_a_proxy_is_read_whole_and_keeps_its_secret() -> None:
    proxy = Proxy.parse("tokyo", f"socks5://ada%40home:{SECRET}%3A@[::1]:9050")
    assert (proxy.scheme, proxy.host, proxy.port) == ("socks5", "::1", 9050)
    assert (proxy.user, proxy.password) == ("ada@home", f"{SECRET}:")
    assert SECRET not in repr(proxy)
    assert Proxy.parse("osaka", "http://a.example").port == 3128
    assert Proxy.parse("kobe", "socks5://a.example/").port == 1080
