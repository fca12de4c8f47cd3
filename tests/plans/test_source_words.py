"""Both sources are encoded word for word: to the character, in both directions, and nothing may go missing."""

import copy
import hashlib
from dataclasses import replace

import pytest

from outcomes.plans import source_words
from outcomes.plans.node import read_document
from outcomes.plans.reading import FRAMEWORK, ROOT, STRATEGY

PUBLISHED = {
    FRAMEWORK: "f5d98fcb6a0bde233e55ffa174745d2882c993716231f2925c4b1191c9cc9a6a",
    STRATEGY: "285e277031f6dc5ee12a368dbf784d3ed45de351a3de0da8d16f0fdb1505f011",
}


@pytest.fixture(params=[FRAMEWORK, STRATEGY], ids=["framework", "strategy"])
def document(request):
    return read_document(ROOT, request.param)


@pytest.fixture
def source(document):
    return source_words.source_file(ROOT, document).read_bytes()


def altered(document, change):
    value = copy.deepcopy(document.value)
    change(value)
    return replace(document, value=value)


def row_of(value, reference):
    """The row and key that a reference such as `aims.2.title` names, found without the product's code."""
    group, *numbers, key = reference.split(".")
    if group == "plan":
        return value["plan"], key
    wanted = [int(number) for number in numbers]
    names = ("aim", "number") if group == "results" else ("number",)
    return next(row for row in value[group] if [row[name] for name in names] == wanted), key


def test_the_copied_source_is_the_published_one_byte_for_byte(document, source):
    assert hashlib.sha256(source).hexdigest() == PUBLISHED[document.file]


def test_source_and_encoding_agree_in_both_directions(document, source):
    assert source_words.faults(source, document) == []


def test_they_agree_when_compared_without_the_products_code(document, source):
    made = []
    for item in document.value["source_layout"]:
        row, key = row_of(document.value, item["text"]) if "text" in item else ({"": {"fr": ""}}, "")
        made.append(item.get("heading", "") + row[key]["fr"])
    assert "".join("".join(made).split()) == "".join(source.decode().split())


def test_every_encoded_text_altered_by_one_character_is_noticed(document, source):
    for reference, words in source_words.french_texts(document):
        for place in {0, len(words) // 2, len(words) - 1}:

            def change(value, reference=reference, words=words, place=place):
                row, key = row_of(value, reference)
                row[key]["fr"] = words[:place] + "#" + words[place + 1 :]

            assert source_words.faults(source, altered(document, change)), (reference, place)


def test_a_straight_apostrophe_for_a_curly_one_is_noticed(source, document):
    def change(value):
        row = value["aims"][0]["text"]
        row["fr"] = row["fr"].translate({0x2019: "'", ord("'"): "’"})

    assert source_words.faults(source, altered(document, change))


def test_every_encoded_passage_left_out_is_noticed(document, source):
    for place in range(len(document.value["source_layout"])):
        missing = altered(document, lambda value, place=place: value["source_layout"].pop(place))
        assert source_words.faults(source, missing), place


def test_every_two_passages_in_the_wrong_order_are_noticed(document, source):
    for place in range(len(document.value["source_layout"]) - 1):

        def change(value, place=place):
            layout = value["source_layout"]
            layout[place], layout[place + 1] = layout[place + 1], layout[place]

        assert source_words.faults(source, altered(document, change)), place


def test_every_line_of_the_source_left_out_or_altered_is_noticed(document, source):
    lines = source_words.printed_lines(source.decode())
    encoded = source_words.encoded_lines(document)
    for place, line in enumerate(lines):
        for other in ([], [line[:-1] + "#"]):
            assert source_words._faults_of_lines([*lines[:place], *other, *lines[place + 1 :]], encoded), line


def test_a_text_that_claims_to_be_the_sources_but_is_placed_nowhere_is_noticed(document, source):
    def change(value):
        value["aims"][0]["motto"] = {"fr": "Inventé"}

    assert "aims.1.motto is placed 0 times" in source_words.faults(source, altered(document, change))[0]


def test_the_framework_has_a_vision_a_mission_and_four_goals():
    value = read_document(ROOT, FRAMEWORK).value
    assert value["plan"]["vision_title"]["fr"] == "Unis contre la criminalité"
    assert value["plan"]["mission_title"]["fr"].startswith("Relier et renforcer les services chargés de l'application")
    assert [goal["number"] for goal in value["aims"]] == [1, 2, 3, 4]
    assert [goal["text"]["fr"].count("\n\n") + 1 for goal in value["aims"]] == [2, 4, 1, 3]


def test_the_objectives_keep_their_numbers_though_the_source_prints_1_3_2_4():
    document = read_document(ROOT, STRATEGY)
    printed = [item["text"] for item in document.value["source_layout"] if item.get("text", "").startswith("aims.")]
    assert printed == ["aims.1.text", "aims.3.text", "aims.2.text", "aims.4.text"]
    begins = {row["number"]: row["text"]["fr"].split()[0] for row in document.value["aims"]}
    assert begins == {1: "Réduire", 2: "Enrichir", 3: "Soutenir", 4: "Optimiser"}


def test_three_expected_results_stand_under_each_objective():
    rows = read_document(ROOT, STRATEGY).value["results"]
    assert [(row["aim"], row["number"]) for row in rows] == [(a, n) for a in (1, 2, 3, 4) for n in (1, 2, 3)]


def test_the_nine_capabilities_are_as_printed_around_their_heading():
    rows = read_document(ROOT, STRATEGY).value["capabilities"]
    assert [row["name"]["fr"] for row in rows] == [
        "APPUI STRATÉGIQUE",
        "RENFORCEMENT DES CAPACITÉS",
        "APPUI EN MATIÈRE D'ANALYSE ET RENSEIGNEMENT",
        "RÉSEAU DE CONNAISSANCE ET DE PARTAGE D'INFORMATIONS",
        "GESTION DES CONNAISSANCES",
        "COORDINATION OPÉRATIONNELLE",
        "SERVICES D'IDENTIFICATION",
        "PARTENARIATS",
        "APPUI OPÉRATIONNEL",
    ]


def test_headings_and_page_furniture_are_accounted_for():
    framework, strategy = (source_words.headings(read_document(ROOT, name)) for name in (FRAMEWORK, STRATEGY))
    assert "Strategic Framework 2026 to 2030" in framework and "Buts stratégiques" in framework
    assert {"MANDAT", "CAPACITÉS", "RÉSULTATS ESCOMPTÉS POUR CHACUN DES OBJECTIFS:"} <= set(strategy)
