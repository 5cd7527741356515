using Seal.Core.Sequences;

namespace Seal.Core.Engines;

/// <summary>
/// Runs language models. One engine per device slot, used by one thread at a time; every result is a pure function of model and arguments
/// within one <see cref="NumericClass"/>.
/// </summary>
public interface IEngine : IDisposable
{
    /// <summary>
    /// What decides the bits of results, in the form of <see cref="NumericClassName"/>. Bytes are promised equal only within one class.
    /// </summary>
    string NumericClass { get; }

    /// <summary>Opens (or hands out from a small cache) the model that <paramref name="model"/> names. The handle stays valid until the next
    /// call.</summary>
    /// <param name="model">Base and adapters to merge, in order.</param>
    /// <param name="files">Where the bytes are.</param>
    /// <exception cref="ModelFormatException">A file is malformed or does not have the expected content hash.</exception>
    IModelHandle Open(ModelRef model, IModelFiles files);
}

/// <summary>A model's content address.</summary>
/// <param name="BaseSha256">Content hash of the base model folder, see <see cref="ModelFolder"/>.</param>
/// <param name="Adapters">SHA-256 of the adapter files merged into the base, oldest first.</param>
public sealed record ModelRef(string BaseSha256, IReadOnlyList<string> Adapters)
{
    /// <summary>One string for both, usable in cache keys.</summary>
    public string Key => Adapters.Count == 0 ? BaseSha256 : $"{BaseSha256}+{string.Join('+', Adapters)}";

    /// <summary>The model after one more adapter was merged.</summary>
    public ModelRef With(string adapterSha256) => new(BaseSha256, [.. Adapters, adapterSha256]);

    public bool Equals(ModelRef? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Key);
}

/// <summary>Where an engine reads a model's bytes from.</summary>
public interface IModelFiles
{
    /// <summary>The folder that holds the base model with this content hash.</summary>
    string BaseFolder(string sha256);

    /// <summary>The bytes of an adapter file (safetensors).</summary>
    byte[] Adapter(string sha256);
}

/// <summary>A model file cannot be used; the message says which, why, and what to do.</summary>
public class ModelFormatException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a domain needs to know of a model to write texts for it.</summary>
/// <param name="Tokenizer">The model's vocabulary.</param>
/// <param name="ContextLength">The longest sequence, in tokens.</param>
/// <param name="UsesGridPositions">True when the model reads row, column and example besides the sequence index.</param>
public sealed record ModelInfo(ITokenizer Tokenizer, int ContextLength, bool UsesGridPositions);
