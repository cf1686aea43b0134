"""The parts of the practice room and of the models that it uses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jobcopilot.runtime.home import OfHome

if TYPE_CHECKING:
    from jobcopilot.inference.models import Models
    from jobcopilot.inference.port import LanguageModel
    from jobcopilot.jobs.deep_score import DeepScores
    from jobcopilot.practice.bank import Bank
    from jobcopilot.practice.books import Books as PracticeBooks
    from jobcopilot.practice.feedback import SessionFeedback
    from jobcopilot.practice.further_marks import FurtherMarks
    from jobcopilot.practice.heard import Heard
    from jobcopilot.practice.history import PracticeHistory
    from jobcopilot.practice.interviewers.port import Assessor, Interviewer
    from jobcopilot.practice.recordings import Recordings
    from jobcopilot.practice.sessions import Sessions
    from jobcopilot.practice.spoken.port import Spoken, SpokenHow
    from jobcopilot.practice.spoken.preflight import Rehearsal
    from jobcopilot.practice.spoken_delivery import Deliveries
    from jobcopilot.settings import ModelSettings
    from jobcopilot.vault.port import Vault


class Practising(OfHome, ABC):
    """The question bank, practice sessions, and language models."""

    @cached_property
    def practice_books(self) -> PracticeBooks:
        """What every part of practice works with."""
        from jobcopilot.practice.books import Books

        return Books(
            lambda: self.database, self.reader, self.profile, self.clock, self.home.data / "practice"
        )

    @cached_property
    def bank(self) -> Bank:
        """Interview types, skills and questions."""
        from jobcopilot.practice.bank import Bank

        return Bank(self.practice_books)

    @cached_property
    def practice_sessions(self) -> Sessions:
        """Mock interviews: made, taken up, assessed."""
        from jobcopilot.practice.sessions import Sessions

        return Sessions(self.practice_books, self.interviewer, self.assessor)

    @cached_property
    def practice_history(self) -> PracticeHistory:
        """What was practised: found, exported, deleted; marks over time."""
        from jobcopilot.practice.history import PracticeHistory

        return PracticeHistory(self.practice_books)

    def spoken_how(self) -> SpokenHow:
        """Return how sessions are spoken, as it is set."""
        from jobcopilot.runtime.spoken import spoken_how

        return spoken_how(self.settings.voice)

    def spoken_session(self, session_id: int, how: SpokenHow | None = None) -> Spoken:
        """Take a session up to speak in it. Raises what `practice_sessions.open` does; a microphone may be missing."""
        from jobcopilot.runtime.spoken import spoken_session

        return spoken_session(self, session_id, how or self.spoken_how())

    def rehearsal(self, how: SpokenHow | None = None, *, calibrate: bool = False, **wanted: Any) -> Rehearsal:
        """Return what tries the microphone with a sentence, or learns the person's pauses. Raises `VoiceError`."""
        from jobcopilot.runtime.spoken import rehearsal

        return rehearsal(self, how or self.spoken_how(), calibrate=calibrate, **wanted)

    @cached_property
    def deliveries(self) -> Deliveries:
        """How answers were spoken."""
        from jobcopilot.practice.spoken_delivery import Deliveries

        return Deliveries(self.practice_books)

    @cached_property
    def recordings(self) -> Recordings:
        """Where answers can be heard again."""
        from jobcopilot.practice.recordings import Recordings

        return Recordings(self.practice_books)

    def heard_questions(self) -> tuple[Heard, ...]:
        """Return the questions that stand in the notes of rounds, and what of them the bank has."""
        from jobcopilot.practice.heard import heard_in_rounds

        bank = self.bank
        return heard_in_rounds(self.practice_books, bank.types(), bank.skills(), bank.texts())

    def interviewer(self, name: str) -> Interviewer:
        """Return the interviewer of a name, as `--interviewer` has it.

        Raises `UsageError` for one that there is not, `ModelError` where its model cannot be asked.
        """
        from jobcopilot.practice.interviewers.choosing import interviewer

        return interviewer(name, self.model_for)

    def assessor(self) -> Assessor | None:
        """Return who assesses, None where nobody does."""
        from jobcopilot.practice.interviewers.choosing import assessor

        return assessor()

    @cached_property
    def models(self) -> Models:
        """The model files of this machine."""
        from jobcopilot.inference.models import Models

        return Models(self.settings.model, self.home)

    @cached_property
    def language_model(self) -> LanguageModel | None:
        """The model that the person chose, asleep until it is asked; None where the built-in way speaks."""
        from jobcopilot.inference.choosing import language_model

        return language_model(self._model_settings(self.settings.model.use), self.home)

    def follow_model_settings(self) -> None:
        """Let the model speak that the settings name now; one that speaks is ended. Called off the screen's thread."""
        self._end_model()
        for part in ("settings", "models"):
            self.__dict__.pop(part, None)

    def close(self) -> None:
        """Let go of the database and end the model."""
        self._end_model()
        super().close()

    def model_for(self, use: str) -> LanguageModel:
        """Return the model of a kind ("llama" or "http"), whichever is set, asleep until it is asked.

        Raises `ModelError` where it cannot be asked: no file, no llama.cpp, no consent; `VaultLocked` where its key is.
        """
        from jobcopilot.inference.ready import ready_model

        model = self._models_in_use.get(use)
        if model is None:
            # Looked at each time until it is there: the person may fetch it meanwhile.
            model = ready_model(self._model_settings(use), self.home)
            if use == self.settings.model.use:
                model = self.language_model or model
            self._models_in_use[use] = model
        return model

    @abstractmethod
    def open_vault(self) -> Vault:
        """Return what keeps passwords and keys."""

    def _model_settings(self, use: str) -> ModelSettings:
        """Return the settings of a kind of model, a server's with its key. Raises `VaultLocked`."""
        from jobcopilot.runtime.server_key import with_key

        return with_key(self.settings.model.model_copy(update={"use": use}), self.open_vault)

    def chosen_model(self, use: str | None = None) -> LanguageModel:
        """Return the model of a kind, by default the one that is set. Raises `ModelError` where none can be asked."""
        return self.model_for(use or self.settings.model.use)

    @cached_property
    def deep_scores(self) -> DeepScores:
        """What a model made of postings that it read whole."""
        from jobcopilot.jobs.deep_score import DeepScores

        return DeepScores(lambda: self.database, self.reader, self.profile, self.clock)

    @cached_property
    def session_feedback(self) -> SessionFeedback:
        """What a model said of sessions."""
        from jobcopilot.practice.feedback import SessionFeedback

        return SessionFeedback(self.practice_books)

    def further_marks(self, use: str | None = None) -> FurtherMarks:
        """Return what lets a model mark beside the rules. Raises `ModelError` where none can be asked."""
        from jobcopilot.practice.assessment.by_model import ModelAssessor
        from jobcopilot.practice.further_marks import FurtherMarks

        return FurtherMarks(self.practice_books, ModelAssessor(self.chosen_model(use)))

    @cached_property
    def _models_in_use(self) -> dict[str, LanguageModel]:
        return {}

    def _end_model(self) -> None:
        in_use = self.__dict__.pop("_models_in_use", {})
        for model in {*in_use.values(), self.__dict__.pop("language_model", None)} - {None}:
            model.close()
