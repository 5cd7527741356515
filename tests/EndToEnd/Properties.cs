// Each test starts processes that keep both cores of a small machine busy; side by side they would only wait for each other, and promises about
// time (Ctrl-C ends within two seconds) could not be told from a crowded machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
