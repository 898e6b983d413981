"""wires.incoming -> articles.clean: any format of wire to one clean article."""

from streams.intake.clean import Cleaned, clean
from streams.intake.stage import IntakeStage

__all__ = ["Cleaned", "IntakeStage", "clean"]
