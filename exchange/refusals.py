"""Why a file was not read, in the reader's words, with the sheet and the cell where there is one."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS = {
    "not_a_workbook": gettext_lazy("This is not a workbook (XLSX), whatever its name says."),
    "not_a_table": gettext_lazy("This is not a table in plain text (CSV), whatever its name says."),
    "broken_archive": gettext_lazy("The file is damaged: it cannot be unpacked. Save it anew and upload that."),
    "broken_xml": gettext_lazy("The file is damaged: a part of it cannot be read. Save it anew and upload that."),
    "broken_table": gettext_lazy("The table cannot be read from here on. Save it anew as CSV (UTF-8)."),
    "not_utf8": gettext_lazy("The text is not in UTF-8 from this line on. Save it anew as CSV (UTF-8)."),
    "encrypted": gettext_lazy(
        "The file is locked with a password, or of a format before 2007. Save it as XLSX without a password."
    ),
    "macros": gettext_lazy("The workbook holds programs (macros). Save it as XLSX without them."),
    "external_links": gettext_lazy("The workbook takes data from other files. Break its links and save it anew."),
    "declares_entities": gettext_lazy("The file declares entities of its own, which no workbook needs. It was not read."),
    "days_from_1904": gettext_lazy("The workbook counts its days from 1904. Switch that off in its settings and save it anew."),
    "too_large": gettext_lazy("The file is larger than %(most)s MB."),
    "too_large_unpacked": gettext_lazy("Unpacked, the file is larger than %(most)s MB. It was not read any further."),
    "packed_too_tightly": gettext_lazy(
        "A part of the file is packed more than %(most)s times tighter than it is. It was not unpacked."
    ),
    "too_many_members": gettext_lazy("The workbook has more than %(most)s parts."),
    "too_many_sheets": gettext_lazy("The workbook has more than %(most)s sheets."),
    "too_many_rows": gettext_lazy("There are more than %(most)s rows, counting empty ones. Delete what you do not need."),
    "too_many_columns": gettext_lazy("There are more than %(most)s columns. Delete what you do not need."),
    "cell_too_long": gettext_lazy("A cell holds more than %(most)s characters."),
    "too_much_text": gettext_lazy("The file holds more text than is read at once. Split it."),
    "too_much_memory": gettext_lazy("Reading the file needs more than %(most)s MB of memory. It was not read any further."),
    "too_slow": gettext_lazy("Reading the file takes longer than %(most)s seconds. It was not read any further."),
}


def refusal_words(refusal: dict) -> str:
    """The reason as a sentence."""
    return str(WORDS[refusal["code"]]) % refusal.get("params", {})


def place_words(sheet: str, cell: str) -> str:
    """'Sheet Values, cell G12'; of a table in plain text the cell alone; nothing for nothing."""
    if sheet and cell:
        return _("Sheet %(sheet)s, cell %(cell)s") % {"sheet": sheet, "cell": cell}
    if sheet:
        return _("Sheet %(sheet)s") % {"sheet": sheet}
    return _("Cell %(cell)s") % {"cell": cell} if cell else ""
