"""The billing rules: pure at this level, use cases in `operations`, the only SQL in `store`."""
