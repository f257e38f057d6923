"""The demonstration: a small web of pirates on loopback, made of real content."""

from console.demo.content import Content, content_of, shipped_content
from console.demo.errors import ContentMissing, ContentUnreadable, DemoError
from console.demo.world import DemoGrant, DemoWork, DemoWorld, demo_world

__all__ = [
    "Content",
    "ContentMissing",
    "ContentUnreadable",
    "DemoError",
    "DemoGrant",
    "DemoWork",
    "DemoWorld",
    "content_of",
    "demo_world",
    "shipped_content",
]
