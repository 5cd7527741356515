using Seal.Models.Llama;

namespace Seal.Models.Engine;

/// <summary>Where and how an engine works.</summary>
/// <param name="Device"><c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, or several for one model: <c>cuda:0+cuda:1</c>.</param>
/// <param name="Dtype"><c>auto</c> (as the weights are stored), <c>fp32</c> or <c>bf16</c>: what matrices are kept and multiplied in.</param>
/// <param name="Execution">Threads, checkpointing.</param>
public sealed record EngineOptions(string Device = "cpu", string Dtype = "fp32", Execution? Execution = null)
{
    /// <summary>The dtype for a model folder.</summary>
    /// <exception cref="ArgumentException">The setting is none.</exception>
    public ModelDtype DtypeOf(string folder) =>
        ModelDtypes.Parse(Dtype, Dtype == ModelDtypes.Auto ? LlamaModel.StoredDtype(folder) : ModelDtype.Fp32);
}
