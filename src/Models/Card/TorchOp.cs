using System.Runtime.InteropServices;
using System.Text;
using Seal.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Card;

/// <summary>
/// Calls of libtorch's operators that TorchSharp has no method for, by name through libtorch's stable C interface
/// (<c>torch/csrc/stable/c/shim.h</c>), which keeps its layout from one version to the next. Gradients flow as through any other operator. An
/// argument is one 64-bit word; tensors and lists are handed over, the callee frees them.
/// </summary>
internal static unsafe class TorchOp
{
    private static readonly byte* AttentionName = Name("aten::scaled_dot_product_attention");
    private static readonly byte* RmsNormName = Name("aten::rms_norm");
    private static readonly byte* NoOverload = Name("");

    private static readonly delegate* unmanaged<byte*, byte*, ulong*, int> Call = (delegate* unmanaged<byte*, byte*, ulong*, int>)
        LibTorch.Export(Function.Dispatch);
    private static readonly delegate* unmanaged<nint, nint*, int> NewHandle = (delegate* unmanaged<nint, nint*, int>)
        LibTorch.Export(Function.CopyHandle);
    private static readonly delegate* unmanaged<nuint, nint*, int> NewList = (delegate* unmanaged<nuint, nint*, int>)
        LibTorch.Export(Function.MakeList);
    private static readonly delegate* unmanaged<nint, ulong, int> Append = (delegate* unmanaged<nint, ulong, int>)LibTorch.Export(Function.PushBack);

    /// <summary>What the library has to have; a type of its own, so that reading the names does not look the functions up.</summary>
    internal static class Function
    {
        public const string Dispatch = "aoti_torch_call_dispatcher";
        public const string CopyHandle = "aoti_torch_new_tensor_handle";
        public const string MakeList = "torch_new_list_reserve_size";
        public const string PushBack = "torch_list_push_back";

        public static IReadOnlyList<string> All { get; } = [Dispatch, CopyHandle, MakeList, PushBack];
    }

    /// <summary>Softmax attention in which several query heads may share a key-value head. Without a mask tensor, so that libtorch's fused kernels
    /// take it.</summary>
    /// <param name="query">[count, heads, length, head_dim].</param>
    /// <param name="key">[count, key-value heads, keys, head_dim].</param>
    /// <param name="value">[count, key-value heads, keys, head_dim].</param>
    /// <param name="isCausal">A query sees the keys up to its own place alone.</param>
    /// <returns>[count, heads, length, head_dim].</returns>
    public static Tensor Attention(Tensor query, Tensor key, Tensor value, bool isCausal)
    {
        var stack = stackalloc ulong[8];
        stack[0] = Handle(query);
        stack[1] = Handle(key);
        stack[2] = Handle(value);
        stack[3] = 0; // attn_mask
        stack[4] = BitConverter.DoubleToUInt64Bits(0); // dropout
        stack[5] = isCausal ? 1u : 0u;
        stack[6] = 0; // scale: 1 / √head_dim
        stack[7] = query.shape[1] == key.shape[1] ? 0u : 1u; // enable_gqa
        Run(AttentionName, stack);
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>RMSNorm over the last dimension. […, d] and [d], of one dtype.</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon)
    {
        nint list;
        Check(NewList(1, &list));
        Check(Append(list, (ulong)weight.shape[0]));
        var stack = stackalloc ulong[4];
        stack[0] = Handle(x);
        stack[1] = (ulong)list;
        stack[2] = Some(Handle(weight));
        stack[3] = Some(BitConverter.DoubleToUInt64Bits(epsilon));
        Run(RmsNormName, stack);
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    private static ulong Handle(Tensor tensor)
    {
        nint made;
        Check(NewHandle(tensor.Handle, &made));
        GC.KeepAlive(tensor);
        return (ulong)made;
    }

    /// <summary>An optional argument that is there: a word on the heap, which the callee frees.</summary>
    private static ulong Some(ulong value)
    {
        var word = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *word = value;
        return (ulong)word;
    }

    private static void Run(byte* name, ulong* stack)
    {
        if (Call(name, NoOverload, stack) != 0)
        {
            throw new InvalidOperationException(
                $"libtorch refused {Marshal.PtrToStringUTF8((nint)name)}; the line before this one on standard error says why."
            );
        }
    }

    private static void Check(int code)
    {
        if (code != 0)
        {
            throw new InvalidOperationException($"libtorch's C interface answered {code}.");
        }
    }

    /// <summary>Stays for the life of the process.</summary>
    private static byte* Name(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + '\0');
        var name = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(name, bytes.Length));
        return name;
    }
}
