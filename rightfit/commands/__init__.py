"""The commands of ``rightfit``, a file for each group; what is heavy is imported when needed."""
