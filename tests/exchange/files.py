"""Files that people bring, made where they are needed: a bureau's workbook in each state that has a page."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from core import jobs
from exchange import outgoing, services
from exchange.gather import gather
from exchange.models import Kind, Upload
from goals.models import Plan


def brought_by(person, period, state: str) -> Upload:
    """The person's file for the period in the state: one that is there, or else a new one."""
    there = Upload.objects.filter(bureau=person.bureau, period=period, state=state).first()
    if there is not None:
        return there
    made, _is_new = services.receive_file(
        file=file_of(person, period), kind=Kind.UPDATES, by=person, at=timezone.now(), bureau=person.bureau, period=period
    )
    if state != "waiting":
        jobs.work(made.job_id)
    return Upload.objects.get(pk=made.pk)


def file_of(person, period) -> SimpleUploadedFile:
    """The bureau's workbook as the person filled it in."""
    book = gather(bureau=person.bureau, period=period, user=person, at=timezone.now())
    return SimpleUploadedFile("quarter.xlsx", changed(outgoing.draw_workbook(book)))


def changed(content: bytes) -> bytes:
    """The workbook with another answer to one question in every update of it."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[1]
    column = next(cell.column for cell in sheet[1] if cell.value == "next_steps")
    for row in range(3, sheet.max_row + 1):
        sheet.cell(row, column, f"Go on with the work of row {row}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def list_brought_by(person) -> Upload:
    """A list of initiatives with a good row and a refused one, that waits for the officer's word."""
    there = Upload.objects.of_what_exists().filter(state="read").first()
    if there is not None:
        return there
    plan = Plan.objects.in_force().first()
    rows = f"Reference,Bureau,Title,Start,End,Results\nA-1,SN,A new one,{plan.start_on},{plan.end_on},1.1\nA-2,??,B,{plan.start_on},x,9.9\n"
    made, _is_new = services.receive_file(
        file=SimpleUploadedFile("list.csv", rows.encode()), kind=Kind.INITIATIVES, plan=plan, by=person, at=timezone.now()
    )
    jobs.work(made.job_id)
    return Upload.objects.get(pk=made.pk)
