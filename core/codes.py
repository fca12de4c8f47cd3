"""Codes that stand in addresses: a word that is a page's own address names nothing else."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PAGES = {"new"}  # where a plan, an indicator or a report definition is begun


def faults_of_address(code: str) -> list:
    """What is wrong with the code as part of an address, in words; empty where nothing is."""
    return [_("This word is the address of another page. Choose another code.")] if code.casefold() in PAGES else []
