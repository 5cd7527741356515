namespace Seal.Core.Sweeps;

/// <summary>What the user asked for cannot be run as it stands. The message says what is wrong, where, what was expected and what to do.</summary>
public sealed class SweepException(string message, Exception? inner = null) : Exception(message, inner);
