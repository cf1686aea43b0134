"""Whether a model could be asked at all, before a person relies on it; nothing is loaded and nothing is sent."""

from __future__ import annotations

from jobcopilot.inference.choosing import installed_speakers, language_model, local_choice
from jobcopilot.inference.http_api import host_of, stays_here
from jobcopilot.inference.port import ConsentNeeded, LanguageModel, ModelMissing
from jobcopilot.paths import Home
from jobcopilot.settings import ModelSettings


def ready_model(settings: ModelSettings, home: Home) -> LanguageModel:
    """Return the model that is set, asleep.

    Raises `ModelMissing` where its file or llama.cpp is not here, `ConsentNeeded` where it is on another machine and
    the person has not agreed, `ModelUnreachable` for what is no address.
    """
    if settings.use == "http":
        host = host_of(settings.url)
        if not stays_here(settings.url) and settings.consent != host:
            raise ConsentNeeded(
                "That model is on another machine",
                f"{host} would see the posting, your profile and your answers",
                f"Agree first: jobcopilot models use {settings.url} --agree {host}",
            )
    elif settings.use == "llama":
        if not installed_speakers():
            raise ModelMissing(
                "Nothing installed can run a local model",
                "llama.cpp is missing",
                "pip install 'jobcopilot[engine]' brings it as a wheel.",
            )
        choice = local_choice(settings, home)
        if not choice.path.exists():
            raise ModelMissing(
                "The language model is not here",
                str(choice.path),
                f"Fetch it: jobcopilot models pull {choice.name}",
            )
    model = language_model(settings, home)
    if model is None:
        raise ModelMissing(
            "No language model is chosen", "the built-in way is set", "See: jobcopilot models list"
        )
    return model
