using System.Text.Json;

namespace Seal.EndToEnd.Support;

/// <summary>
/// A random Llama of a few thousand weights in Hugging Face's layout, with a byte-level BPE vocabulary and a chat template in the manner of Llama
/// 3: everything that the real checkpoint has but what it knows.
/// </summary>
internal static class ChatModel
{
    private const string Template =
        "{{- bos_token }}\n{%- for message in messages %}\n    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + "
        + "message['content'] | trim + '<|eot_id|>' }}\n{%- endfor %}\n"
        + "{%- if add_generation_prompt %}\n    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}\n{%- endif %}\n";

    /// <summary>Makes the folder.</summary>
    public static string In(string folder)
    {
        var data = Path.Combine(Repository.Root, "tests", "Models", "data", "golden");
        Directory.CreateDirectory(folder);
        foreach (
            var file in new[]
            {
                Path.Combine("llama", "rope-llama3", "config.json"),
                Path.Combine("llama", "rope-llama3", "model.safetensors"),
                Path.Combine("tokenizer", "tiny512", "tokenizer.json"),
            }
        )
        {
            File.Copy(Path.Combine(data, file), Path.Combine(folder, Path.GetFileName(file)));
        }

        var config = JsonSerializer.Deserialize<Dictionary<string, object>>(
            File.ReadAllBytes(Path.Combine(data, "tokenizer", "tiny512", "tokenizer_config.json"))
        )!;
        config["chat_template"] = Template;
        File.WriteAllBytes(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.SerializeToUtf8Bytes(config));
        return folder;
    }
}
