"""The sentence encoder as a component of Rasa's pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from rightfit.language.encoder import Encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Gives each message the 384 numbers of its meaning, as one dense sentence feature.

    ``folder`` in the config names a local model folder; null means the installed package.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's settings where ``config.yml`` names none."""
        return {**DenseFeaturizer.get_default_config(), "folder": None}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to hold the settings to before the model is read."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        folder = config.get("folder")
        self._encoder = Encoder.load(Path(folder) if folder else None)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """A new component.

        :raises rightfit.language.encoder.EncoderUnavailable: the model can't be used.
        """
        return cls(config, execution_context.node_name)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the feature to every message that has text; the others are left as they are."""
        told = [message for message in messages if message.get(TEXT)]
        vectors = self._encoder.encode([message.get(TEXT) for message in told])
        for message, vector in zip(told, vectors, strict=True):
            message.add_features(
                Features(
                    vector.reshape(1, -1),
                    FEATURE_TYPE_SENTENCE,
                    TEXT,
                    self._config[FEATURIZER_CLASS_ALIAS],
                )
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for all examples at once."""
        self.process(training_data.training_examples)
        return training_data
