// Most tests start processes that keep both cores of a small machine busy; side by side they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
