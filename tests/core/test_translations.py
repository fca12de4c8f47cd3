"""One text in four languages: what is read, and how far each translation can be trusted."""

from core.translations import Translated, TranslationState

TEXT = Translated(
    source="fr", texts={"fr": "Unis", "en": "United"}, states={"en": {"state": "approved", "of_version": 1}}
)


def test_a_reader_gets_their_own_language_where_there_is_one():
    assert TEXT.in_language("fr") == ("Unis", "fr")


def test_a_reader_without_translation_gets_english_and_is_told_so():
    assert TEXT.in_language("ar") == ("United", "en")


def test_without_english_a_reader_gets_the_source():
    assert Translated(source="fr", texts={"fr": "Unis"}).in_language("es") == ("Unis", "fr")


def test_each_language_has_its_state():
    assert TEXT.state("fr") == TranslationState.SOURCE
    assert TEXT.state("en") == TranslationState.APPROVED
    assert TEXT.state("es") == TranslationState.MISSING


def test_a_rewritten_source_turns_its_translations_stale():
    rewritten = TEXT.rewritten("Unis ensemble")
    assert rewritten.version == 2
    assert rewritten.state("en") == TranslationState.STALE
    assert rewritten.translated("en", "United together").state("en") == TranslationState.DRAFT


def test_rewriting_with_the_same_words_changes_nothing():
    assert TEXT.rewritten("Unis") is TEXT


def test_a_text_survives_the_way_to_json_and_back():
    assert Translated.from_json(TEXT.as_json()) == TEXT
