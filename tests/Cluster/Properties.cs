// These tests wait more than they compute: for a dead silo to be noticed, for a lease or a patience to run out. Two at a time fill the waits.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
