using Seal.Core.Engines;

namespace Seal.Client.Sweeps;

/// <summary>A model folder by itself, outside a store.</summary>
/// <param name="folder">The folder; null with the fake engine, which reads none.</param>
internal sealed class SingleModel(string? folder) : IModelFiles
{
    public string BaseFolder(string sha256) => folder ?? throw new InvalidOperationException("The fake engine reads no model.");

    public byte[] Adapter(string sha256) => throw new InvalidOperationException("The base model has no adapters.");
}
