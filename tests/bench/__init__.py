"""The benchmarks: each workload beside its limit, in alternating turns of one run (`make bench`)."""
