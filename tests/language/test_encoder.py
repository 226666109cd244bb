"""The encoder gives the published model's vectors, and says so when it can't."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightfit.language.encoder import Encoder, EncoderUnavailable, check_model, model_folder


def test_vectors_equal_the_published_models(encoder: Encoder) -> None:
    # Derived with transformers 4.36 (TFBertModel on TensorFlow 2.12) from the same weights.
    reference = json.loads(Path(__file__).with_name("reference_vectors.json").read_text())
    ours = encoder.encode(reference["texts"])
    assert np.all((ours * np.array(reference["vectors"])).sum(axis=1) > 0.9999)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_each_text_has_its_own_unit_row(encoder: Encoder, texts: list[str]) -> None:
    together = encoder.encode(texts)
    assert together.shape == (len(texts), 384)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for row, text in zip(together, texts, strict=True):
        assert np.allclose(row, encoder.encode([text])[0], atol=1e-5)


@pytest.mark.parametrize("text", ["\ud800 and more", "a\x00b", "\u202eevil", "", "word " * 4000])
def test_any_string_is_accepted(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"model\.safetensors.*cannot be read.*make setup"):
        Encoder.load(tmp_path)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_truncated_or_foreign_file_is_refused(tmp_path: Path, name: str) -> None:
    for file in ("model.safetensors", "tokenizer.json"):
        shutil.copy(model_folder() / file, tmp_path / file)
    check_model(tmp_path)
    place = tmp_path / name
    with place.open("r+b") as file:
        file.truncate(place.stat().st_size - 7)
    with pytest.raises(EncoderUnavailable, match="not the published file"):
        check_model(tmp_path)
