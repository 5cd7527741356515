using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Seal.Silo.Plugins;

namespace Seal.Client.Tests.Support;

/// <summary>The console loads the domains before it reads anything. Tests begin in any order, and some read the catalog first.</summary>
internal static class KnownDomains
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Before any test of this assembly.")]
    internal static void Load() => _ = PluginLoader.Own;
}
