"""The main job, shown: a realistic month through the API, closed, and its charges printed and checked."""
