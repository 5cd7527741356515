namespace Seal.Models.Llama;

/// <summary>What matrices are kept and multiplied in. Norms, rotary tables, softmax, loss, adapters and optimizer state are fp32 in either.</summary>
public enum ModelDtype
{
    Fp32,

    /// <summary>Matrices in bf16; their other operand is rounded to bf16, sums are fp32.</summary>
    Bf16,
}

public static class ModelDtypes
{
    /// <summary>What settings say for "as the weights are stored": bf16 where they are, else fp32.</summary>
    public const string Auto = "auto";

    /// <summary>As written in settings and in a numeric class.</summary>
    public static string Name(this ModelDtype dtype) => dtype == ModelDtype.Bf16 ? "bf16" : "fp32";

    /// <summary>Bytes of a matrix's element.</summary>
    public static int Bytes(this ModelDtype dtype) => dtype == ModelDtype.Bf16 ? sizeof(ushort) : sizeof(float);

    /// <summary>Reads a setting.</summary>
    /// <param name="stored">What <c>auto</c> means for the model at hand.</param>
    /// <exception cref="ArgumentException">It is none of auto, fp32, bf16.</exception>
    public static ModelDtype Parse(string text, ModelDtype stored) =>
        text switch
        {
            Auto => stored,
            "fp32" => ModelDtype.Fp32,
            "bf16" => ModelDtype.Bf16,
            _ => throw new ArgumentException($"dtype '{text}': expected auto, fp32 or bf16."),
        };
}
