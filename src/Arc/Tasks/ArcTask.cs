namespace Seal.Arc.Tasks;

/// <summary>An input with its output; the output of a test pair may be unknown.</summary>
public sealed record ArcPair(Grid Input, Grid? Output);

/// <summary>Demonstrations and test pairs.</summary>
/// <param name="Id">Name of the task, e.g. ARC's eight hexadecimal digits.</param>
/// <param name="Train">Demonstrations; every output is known.</param>
/// <param name="Test">Test pairs.</param>
public sealed record ArcTask(string Id, IReadOnlyList<ArcPair> Train, IReadOnlyList<ArcPair> Test);
