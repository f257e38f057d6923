"""The tricks of pirates, as real transformations of real content."""

from console.demo.disguise.pictures import PICTURE_DISGUISES, PictureDisguise, PictureFile
from console.demo.disguise.text import TEXT_DISGUISES, TextDisguise

__all__ = [
    "PICTURE_DISGUISES",
    "TEXT_DISGUISES",
    "PictureDisguise",
    "PictureFile",
    "TextDisguise",
]
