"""Published experiments with the service, done again with the engine in virtual time.

Rule: one file a family; an experiment sets tables up, offers load through `Engine.execute` at times of its own making
and reads what came of it. None knows how the model decides, none changes a default but to scale a ceiling, and it says
so. Hours pass in seconds.
"""
