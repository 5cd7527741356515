// Commands write to the process's standard output and error, which a test catches: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
