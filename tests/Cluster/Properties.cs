// Collections run side by side, unlike in the other project of process tests: much of their time they wait for deaths to be noticed and for patience to end, and nothing here
// promises anything about time. Three keep two cores busy.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
