using System.Globalization;
using System.Text;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;

namespace Seal.Core.Engines;

/// <summary>
/// The name of a numeric class: everything that decides which bits come out of the same job. Results are promised equal within one class and are
/// never mixed across two. Three forms, each with <c>/plugins-…</c> behind it where the process has plug-ins:
/// <code>
/// fake-1
/// seal-1/torch-2.10.0/cpu/linux-x64-avx512+kernels+bf16dot+libs-amd-avx512bf16/bf16/1-thread
/// seal-1/torch-2.10.0/cuda/nvidia-h100-80gb-hbm3/driver-570.86.15/cuda-12.8+cublas-12.8.4+cudnn-9.10.2/deterministic+tf32/bf16/1-thread
/// </code>
/// </summary>
/// <param name="Engine">Our part: <c>seal-</c> and <see cref="Version"/>, or the stand-in's <see cref="FakeEngine.Class"/>.</param>
/// <param name="Library">The tensor library that is loaded, e.g. <c>torch-2.10.0</c>; null for the stand-in.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>; null for the stand-in.</param>
/// <param name="Hardware">
/// On the processor one part: system, instruction set, our kernels that it has, and what libtorch's own libraries choose their code by. On a card
/// four: the card, its driver, the CUDA libraries, the mode they work in. Empty for the stand-in.
/// </param>
/// <param name="Dtype">What matrices are kept and multiplied in: <c>fp32</c> or <c>bf16</c>; null for the stand-in.</param>
/// <param name="Threads">Threads of the tensor library, e.g. <c>1-thread</c>; null for the stand-in.</param>
public sealed record NumericClassName(string Engine, string? Library, string? Device, IReadOnlyList<string> Hardware, string? Dtype, string? Threads)
{
    /// <summary>
    /// Version of everything of ours that decides bits: kernels, decoding and training, and the domains' texts, plans and votes. Raised in the
    /// commit that changes them.
    /// <c>tests/Models/Engine/EngineBitsTests</c> and <c>tests/Arc/TrialBitsTests</c> keep hashes of both and fail when it was forgotten.
    /// </summary>
    public const int Version = 1;

    /// <summary>Stands before the hash of the plug-ins of a process that has some.</summary>
    public const string PluginsPrefix = "plugins-";

    private const string Own = "seal-";
    private const string OwnLibrary = "torch-";

    /// <summary>Longest name: it is the key of a queue and a label of meters.</summary>
    public const int Longest = 256;

    /// <summary>The class of libtorch and our kernels on the processor.</summary>
    /// <param name="library">Version of libtorch.</param>
    /// <param name="set">System and instruction set, e.g. <c>linux-x64-avx512+kernels+libs-amd-avx512bf16</c>.</param>
    /// <param name="dtype">Name of the dtype.</param>
    public static NumericClassName OfProcessor(string library, string set, string dtype) =>
        new(OwnVersion, OwnLibrary + Word(library), "cpu", [Word(set)], Word(dtype), OneThread);

    /// <summary>The class of libtorch on a card.</summary>
    /// <param name="library">Version of libtorch.</param>
    /// <param name="card">The card, its driver, libraries and mode.</param>
    /// <param name="dtype">Name of the dtype.</param>
    public static NumericClassName OfCard(string library, CardName card, string dtype) =>
        new(
            OwnVersion,
            OwnLibrary + Word(library),
            "cuda",
            [Word(card.Model), "driver-" + Word(card.Driver), Word(card.Libraries), Word(card.Mode)],
            Word(dtype),
            OneThread
        );

    private static string OwnVersion => Own + Version.ToString(CultureInfo.InvariantCulture);

    private static string OneThread => "1-thread";

    /// <summary>True for the stand-in without tensors.</summary>
    public bool IsFake => Library is null;

    /// <summary>Hash of the plug-ins that the process has; null where it has none.</summary>
    public string? Plugins { get; init; }

    /// <summary>Reads a name.</summary>
    /// <returns>Null where the text is none of the three forms; classes of builds before the engine's version was named are such.</returns>
    public static NumericClassName? Parse(string text)
    {
        if (!IsWritten(text))
        {
            return null;
        }

        var parts = text.Split('/');
        var plugins = parts[^1].StartsWith(PluginsPrefix, StringComparison.Ordinal) ? parts[^1][PluginsPrefix.Length..] : null;
        return plugins is { Length: 0 } || Parse(plugins is null ? parts : parts[..^1]) is not { } name ? null : name with { Plugins = plugins };
    }

    private static NumericClassName? Parse(string[] parts) =>
        parts switch
        {
            [var fake] when IsVersionOf("fake-", fake) => new(fake, null, null, [], null, null),
            [var own, var library, "cpu", var set, var dtype, var threads] when IsOwn(own, library, threads) => new(
                own,
                library,
                "cpu",
                [set],
                dtype,
                threads
            ),
            [var own, var library, "cuda", var card, var driver, var libraries, var mode, var dtype, var threads] when IsOwn(own, library, threads) =>
                new(own, library, "cuda", [card, driver, libraries, mode], dtype, threads),
            _ => null,
        };

    /// <summary>The hash of the plug-ins in a written name; null where it has none. The rest is not read: grains ask at every call.</summary>
    public static string? PluginsOf(string text) =>
        text.LastIndexOf('/') is >= 0 and var slash && text.AsSpan(slash + 1).StartsWith(PluginsPrefix)
            ? text[(slash + 1 + PluginsPrefix.Length)..]
            : null;

    /// <summary>True where the text has a name's letters and length. It may be of another build's form.</summary>
    public static bool IsWritten(string text) =>
        text.Length is > 0 and <= Longest
        && char.IsAsciiLetterLower(text[0])
        && text.All(letter => IsLetter(letter) || letter is '+' or '/')
        && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>True where this class computes what the settings ask for: the same kind of engine and the same dtype.</summary>
    public bool Serves(EngineSettings settings) => settings.Kind == "fake" ? IsFake : !IsFake && Dtype == (settings.Dtype ?? "fp32");

    /// <summary>True where this class computes what a run asks for.</summary>
    public bool Serves(RunContext run) => Serves(run.Settings.Engine);

    /// <summary>What a run asks for, for people.</summary>
    public static string Wanted(RunContext run) => $"the engine {run.Settings.Engine.Kind} in {run.Settings.Engine.Dtype ?? "fp32"}";

    /// <summary>The written form; the key of the class's queue.</summary>
    public override string ToString()
    {
        var engine = IsFake ? Engine : string.Join('/', [Engine, Library!, Device!, .. Hardware, Dtype!, Threads!]);
        return Plugins is null ? engine : $"{engine}/{PluginsPrefix}{Plugins}";
    }

    public bool Equals(NumericClassName? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    private static bool IsOwn(string own, string library, string threads) =>
        IsVersionOf(Own, own) && library.StartsWith(OwnLibrary, StringComparison.Ordinal) && threads.EndsWith("-thread", StringComparison.Ordinal);

    private static bool IsVersionOf(string engine, string part) =>
        part.StartsWith(engine, StringComparison.Ordinal)
        && int.TryParse(part.AsSpan(engine.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && version > 0;

    private static bool IsLetter(char letter) => letter is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '-' or '_';

    /// <summary>A text of a device or library as one part of a name: small letters, whatever is none of a name's letters as a dash.</summary>
    private static string Word(string text)
    {
        var word = new StringBuilder(text.Length);
        foreach (var letter in text.ToLowerInvariant().Select(letter => IsLetter(letter) || letter == '+' ? letter : '-'))
        {
            // Two dots would read as a step up in a path, two dashes say nothing.
            if (word.Length == 0 || letter is not ('.' or '-') || word[^1] is not ('.' or '-'))
            {
                word.Append(letter);
            }
        }

        return word.ToString().Trim('-', '.') is { Length: > 0 } good
            ? good
            : throw new ArgumentException($"'{text}' has no letter or digit to name a numeric class by.", nameof(text));
    }
}

/// <summary>What of a card decides bits.</summary>
/// <param name="Model">As the driver names it, e.g. <c>NVIDIA H100 80GB HBM3</c>.</param>
/// <param name="Driver">Version of the driver, e.g. <c>570.86.15</c>.</param>
/// <param name="Libraries">CUDA runtime, cuBLAS and cuDNN with versions, e.g. <c>cuda-12.8+cublas-12.8.4+cudnn-9.10.2</c>.</param>
/// <param name="Mode">How the libraries may round and order sums, e.g. <c>deterministic+tf32</c>.</param>
public sealed record CardName(string Model, string Driver, string Libraries, string Mode);

/// <summary>A job, or a slot's queue, is of another numeric class than the engine that would compute it.</summary>
public sealed class NumericClassException(string message) : InvalidOperationException(message)
{
    /// <summary>Refuses an engine of another class.</summary>
    /// <param name="what">What asks for the class, e.g. <c>job s/r/train-1/t/003</c>.</param>
    /// <param name="asked">The class it is of.</param>
    /// <param name="engine">The class of the engine.</param>
    /// <exception cref="NumericClassException">They differ.</exception>
    public static void ThrowIfOther(string what, string asked, string engine)
    {
        if (asked != engine)
        {
            throw new NumericClassException(
                $"{what} is of the numeric class {asked}, this engine computes in {engine}: its bits would be others, so it computes nothing. "
                    + "Let slots of the right class take it (seal sweep silos shows those that there are), or start the sweep anew under "
                    + "another name."
            );
        }
    }
}
