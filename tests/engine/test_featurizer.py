"""Rasa's own classifier can read clients' messages through the sentence encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from rightfit.engine.featurizer import SentenceFeaturizer
from rightfit.language.encoder import Encoder

SAID = {
    "how long does this take": "ask_duration",
    "is there much more to come": "ask_duration",
    "who reads my answers": "ask_privacy",
    "do you pass this on to anyone": "ask_privacy",
}


def test_a_classifier_learns_and_reads(tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path)
    context = ExecutionContext(GraphSchema({}), "reading")
    featurizer = SentenceFeaturizer.create(
        SentenceFeaturizer.get_default_config(), storage, Resource("featurizer"), context
    )
    training = TrainingData([Message.build(text, intent) for text, intent in SAID.items()])
    featurizer.process_training_data(training)
    classifier = LogisticRegressionClassifier.create(
        LogisticRegressionClassifier.get_default_config(), storage, Resource("reader"), context
    )
    classifier.train(training)

    message = Message({TEXT: "how many minutes are left"})
    classifier.process(featurizer.process([message]))
    assert message.get(INTENT)["name"] == "ask_duration"


def test_the_feature_is_the_encoders_vector() -> None:
    featurizer = SentenceFeaturizer(SentenceFeaturizer.get_default_config(), "f")
    told, silent = featurizer.process([Message({TEXT: "two years as a nurse"}), Message({})])
    _, sentence = told.get_dense_features(TEXT)
    assert np.array_equal(sentence.features, Encoder.load().encode(["two years as a nurse"]))
    assert silent.get_dense_features(TEXT) == (None, None)
