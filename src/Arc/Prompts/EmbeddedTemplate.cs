namespace Seal.Arc.Prompts;

/// <summary>The domain's own templates, kept as text files beside this one.</summary>
internal static class EmbeddedTemplate
{
    public static string Read(string file)
    {
        using var stream =
            typeof(EmbeddedTemplate).Assembly.GetManifestResourceStream($"Seal.Arc.Prompts.templates.{file}")
            ?? throw new InvalidOperationException($"The template {file} is not embedded in {typeof(EmbeddedTemplate).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
