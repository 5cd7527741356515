using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Sets VER_FLG_WEAK on one needed symbol version of a 64-bit little-endian ELF library, see TorchNative.targets for the reason.
/// Does nothing when the version is not needed or the mark is already there.
/// </summary>
public sealed class WeakenSymbolVersion : Task
{
    private const uint SectionTypeVersionNeed = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    public string Library { get; set; }

    public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        var elf = File.ReadAllBytes(Library);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError($"{Library}: not a 64-bit little-endian ELF file; restore the TorchSharp package again.");
            return false;
        }

        var sectionTable = (int)BitConverter.ToInt64(elf, 0x28);
        int entrySize = BitConverter.ToUInt16(elf, 0x3a),
            entries = BitConverter.ToUInt16(elf, 0x3c);
        for (var i = 0; i < entries; i++)
        {
            var header = sectionTable + (i * entrySize);
            if (BitConverter.ToUInt32(elf, header + 4) != SectionTypeVersionNeed)
            {
                continue;
            }

            var needs = (int)BitConverter.ToInt64(elf, header + 24);
            var stringHeader = sectionTable + ((int)BitConverter.ToUInt32(elf, header + 40) * entrySize);
            var flags = FindFlags(elf, needs, (int)BitConverter.ToInt64(elf, stringHeader + 24));
            if (flags < 0 || (BitConverter.ToUInt16(elf, flags) & WeakFlag) != 0)
            {
                continue;
            }

            elf[flags] |= (byte)WeakFlag;
            // A new file under the old name: the old inode may be the one in the package folder.
            var replacement = Library + ".weak";
            File.WriteAllBytes(replacement, elf);
            File.Delete(Library);
            File.Move(replacement, Library);
            Log.LogMessage(MessageImportance.Low, $"{Library}: {SymbolVersion} is now optional.");
        }

        return true;
    }

    /// <summary>Offset of vna_flags of the wanted version, or -1. Layout: Elf64_Verneed (16 bytes), Elf64_Vernaux (16 bytes).</summary>
    private int FindFlags(byte[] elf, int need, int strings)
    {
        while (true)
        {
            var auxiliary = need + (int)BitConverter.ToUInt32(elf, need + 8);
            for (var left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
            {
                if (NameAt(elf, strings + (int)BitConverter.ToUInt32(elf, auxiliary + 8)) == SymbolVersion)
                {
                    return auxiliary + 4;
                }

                auxiliary += (int)BitConverter.ToUInt32(elf, auxiliary + 12);
            }

            var next = (int)BitConverter.ToUInt32(elf, need + 12);
            if (next == 0)
            {
                return -1;
            }

            need += next;
        }
    }

    private static string NameAt(byte[] elf, int start)
    {
        var end = start;
        while (elf[end] != 0)
        {
            end++;
        }

        return Encoding.ASCII.GetString(elf, start, end - start);
    }
}
