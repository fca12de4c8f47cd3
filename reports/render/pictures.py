"""The charts of each chapter: picks the facts, asks `reports.charts` to draw them, keeps the sentence with the picture."""

from __future__ import annotations

from .document import Pictures
from .voice import Voice


def plan_pictures(voice: Voice, plan: dict) -> Pictures:
    return Pictures([])


def aim_pictures(voice: Voice, aim: dict) -> Pictures:
    return Pictures([])


def discipline_pictures(voice: Voice, reporting: dict) -> Pictures:
    return Pictures([])
