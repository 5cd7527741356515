using System.Reflection;
using System.Reflection.Emit;
using Seal.Core.Catalogs;
using Seal.Core.Rewards;

namespace Seal.Samples.Tests.Support;

/// <summary>Plug-ins that go wrong, built by a test: nobody has to keep a project for each.</summary>
internal static class BuiltPlugin
{
    private const MethodAttributes Implementing =
        MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot | MethodAttributes.HideBySig;

    /// <param name="path">Where to.</param>
    /// <param name="classes">Names of its public classes that implement <see cref="ISealPlugin"/>; each has one reward, named exact.</param>
    public static string Write(string path, params string[] classes)
    {
        var name = new AssemblyName(Path.GetFileNameWithoutExtension(path));
        var assembly = new PersistedAssemblyBuilder(name, typeof(object).Assembly);
        var module = assembly.DefineDynamicModule(name.Name!);
        foreach (var one in classes)
        {
            var type = module.DefineType(one, TypeAttributes.Public | TypeAttributes.Class, typeof(object), [typeof(ISealPlugin)]);
            type.DefineDefaultConstructor(MethodAttributes.Public);
            var rewards = typeof(ISealPlugin).GetProperty(nameof(ISealPlugin.Rewards))!.GetMethod!;
            var getter = type.DefineMethod(rewards.Name, Implementing, rewards.ReturnType, Type.EmptyTypes);
            var code = getter.GetILGenerator();
            code.Emit(OpCodes.Ldc_I4_1);
            code.Emit(OpCodes.Newarr, typeof(IGroupReward));
            code.Emit(OpCodes.Dup);
            code.Emit(OpCodes.Ldc_I4_0);
            code.Emit(OpCodes.Ldstr, "exact");
            code.Emit(OpCodes.Newobj, typeof(ObservedReward).GetConstructor([typeof(string)])!);
            code.Emit(OpCodes.Stelem_Ref);
            code.Emit(OpCodes.Ret);
            type.DefineMethodOverride(getter, rewards);
            type.CreateType();
        }

        assembly.Save(path);
        return path;
    }
}
