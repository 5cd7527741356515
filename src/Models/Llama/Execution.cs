namespace Seal.Models.Llama;

/// <summary>How a model is worked with. None of it changes what comes out, to the last bit.</summary>
/// <param name="Threads">Threads of our kernels. libtorch keeps to one, which matters where our kernels do not run.</param>
/// <param name="Checkpointing">Gradient checkpointing: a third more work in training for a fraction of the memory.</param>
public sealed record Execution(int Threads = 1, bool Checkpointing = false);
