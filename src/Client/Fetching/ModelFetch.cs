using Seal.Client.BaseModels;
using Seal.Client.Display;
using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Safetensors;
using Seal.Models.Tokenizers;

namespace Seal.Client.Fetching;

/// <summary>Loads a model from the hub into a folder. Run again it goes on where it was stopped; what is whole is only checked.</summary>
/// <param name="connection">To the hub.</param>
/// <param name="folder">Where the model goes.</param>
/// <param name="time">Every wait is on it, and the speed.</param>
/// <param name="say">Takes a line for people.</param>
/// <param name="free">Bytes that a folder's disk has free; null where that is not known.</param>
internal sealed class ModelFetch(HubConnection connection, string folder, TimeProvider time, Action<string> say, Func<string, long?> free)
{
    /// <summary>Bytes that a folder's disk has free, also of a folder that is not there yet; null where the system does not say.</summary>
    public static long? FreeBytes(string folder)
    {
        var there = new DirectoryInfo(Path.GetFullPath(folder));
        while (there is { Exists: false, Parent: { } parent })
        {
            there = parent;
        }

        try
        {
            return new DriveInfo(there.FullName).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <exception cref="CommandException">Why it cannot be had, and what to do.</exception>
    /// <exception cref="ModelFormatException">The index of its shards is malformed.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<FetchedModel> Run(HubModel model, CancellationToken cancellation)
    {
        try
        {
            return await Load(model, cancellation);
        }
        catch (CommandException refused) when (refused.Message.Any(char.IsControl))
        {
            throw new CommandException(refused.ExitCode, Shown(refused.Message), refused);
        }
        catch (ModelFormatException refused) when (refused.Message.Any(char.IsControl))
        {
            throw new ModelFormatException(Shown(refused.Message), refused);
        }
    }

    /// <summary>A line as it can be shown: names come from the repository, and must not steer a terminal or look like lines of their own.</summary>
    private static string Shown(string line) => string.Concat(line.Select(letter => char.IsControl(letter) ? '?' : letter));

    private void Say(string line) => say(Shown(line));

    private async Task<FetchedModel> Load(HubModel asked, CancellationToken cancellation)
    {
        var before = Own();
        var hub = new Hub(connection, new Retries(time, Say), time);
        var (model, listing) = await Find(hub, asked, before, cancellation);
        Say($"{model.Repository}, commit {listing.Commit}, into {folder}");
        var texts = listing.Texts(model);
        var weights = listing.Single(model);
        var progress = new FetchProgress(time, Say);
        if (weights is not null)
        {
            Announce([.. texts, .. weights], progress);
        }
        else
        {
            progress.Total = texts.Sum(file => file.Size);
            CheckRoom(texts);
        }

        // Written with the first byte: a model that the hub refuses leaves the folder to others.
        var note = before is { IsComplete: true } ? before : null;
        void Claim() => note ??= Begun(model, listing.Commit, [.. texts, .. weights ?? []]);

        var (whole, loaded) = (new List<SourceFile>(), 0L);
        async Task Take(HubFile file)
        {
            progress.Begin(file.Name);
            using var download = new FileDownload(hub, model, listing.Commit, file, folder, Claim, Say, progress.Report);
            whole.Add(new SourceFile(file.Name, file.Size, await download.Run(cancellation)));
            loaded += download.Loaded;
        }

        LlamaConfig? config = null;
        foreach (var file in texts.Where(file => file.Name != SafetensorsFolder.IndexFile))
        {
            await Take(file);
            config ??= file.Name == HubListing.Config ? LookAtConfig() : null;
        }

        LookAtVocabulary(texts, config);
        if (weights is null)
        {
            await Take(texts[^1]);
            weights = listing.Weights(Shards(), model);
            HubFile[] all = [.. texts, .. weights];
            Announce(all, progress);
            note = note is { IsComplete: true } ? note : Begun(model, listing.Commit, all);
        }

        foreach (var file in weights)
        {
            await Take(file);
        }

        // Nothing is written where nothing changed: its disk may be full.
        var complete = before is { IsComplete: true } ? before : null;
        var after = new SourceNote(model.Repository, complete?.Revision ?? asked.Revision, listing.Commit, IsComplete: true, whole);
        if (complete is null || complete.Repository != after.Repository || !complete.Files.SequenceEqual(whole))
        {
            after.Write(folder);
        }

        return new FetchedModel(folder, after, ModelFolder.ContentHash(folder), loaded, complete is not null && loaded == 0);
    }

    /// <summary>The model as the hub calls it, and the files of the commit that is to be loaded.</summary>
    private async Task<(HubModel Model, HubListing Listing)> Find(Hub hub, HubModel asked, SourceNote? note, CancellationToken cancellation)
    {
        // A branch may have moved since: the same command ends what it began.
        var isBegun = note is { IsComplete: false } && note.Revision == asked.Revision;
        var listing = await hub.List(asked, isBegun && note!.Repository == asked.Repository ? note.Commit : asked.Revision, cancellation);
        var model = asked;
        if (listing.Repository is { } name && name != asked.Repository)
        {
            Say($"{asked.Repository} is called {name} now");
            model = asked with { Repository = name };
        }

        if (note is null)
        {
            return (model, listing);
        }

        // A folder from before the model was renamed has its old name.
        if (note.Repository != model.Repository && note.Repository != asked.Repository)
        {
            throw Conflict(note, "");
        }

        if (isBegun && listing.Commit != note.Commit)
        {
            listing = await hub.List(model, note.Commit, cancellation);
        }

        return listing.Commit == note.Commit ? (model, listing) : throw Conflict(note, $"'{asked.Revision}' is commit {listing.Commit} now.");
    }

    /// <summary>Writes down that the folder is this model's.</summary>
    private SourceNote Begun(HubModel model, string commit, IEnumerable<HubFile> files)
    {
        Directory.CreateDirectory(folder);
        var note = new SourceNote(
            model.Repository,
            model.Revision,
            commit,
            IsComplete: false,
            [.. files.Select(file => new SourceFile(file.Name, file.Size, file.Sha256))]
        );
        note.Write(folder);
        return note;
    }

    /// <summary>Says what the model comes to, and that there is room for it.</summary>
    private void Announce(HubFile[] files, FetchProgress progress)
    {
        progress.Total = files.Sum(file => file.Size);
        Say($"{Terminal.Count(files.Length, "file")}, {Bytes.Text(progress.Total)}");
        CheckRoom(files);
    }

    /// <summary>The note of an earlier run into this folder; null where that got nothing.</summary>
    /// <exception cref="CommandException">The folder has a model that was not loaded here.</exception>
    private SourceNote? Own()
    {
        if (File.Exists(folder))
        {
            throw new CommandException(ExitCode.Usage, $"{folder} is a file; expected a folder (it is made if it is not there).");
        }

        if (!Directory.Exists(folder))
        {
            return null;
        }

        var note = SourceNote.Read(folder);
        if (note is null && ModelFolder.Files(folder).FirstOrDefault() is { } other)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{folder} has files of a model already ({Path.GetFileName(other)}) that `seal model fetch` did not load. Name another folder with --to."
            );
        }

        return note is { IsComplete: false } && SourceNote.IsAlone(folder) ? null : note;
    }

    private CommandException Conflict(SourceNote note, string why) =>
        new(
            ExitCode.NotFoundOrConflict,
            $"{folder} has {note.Repository} at commit {note.Commit}{(note.IsComplete ? "" : ", not whole yet")}. {why}{(why.Length > 0 ? " " : "")}"
                + $"Name another folder with --to, {(note.IsComplete ? "" : "or delete the folder, ")}or ask for what is there: "
                + $"hf:{note.Repository}@{note.Commit}"
        );

    private void CheckRoom(IReadOnlyList<HubFile> files)
    {
        var needed = files.Sum(file =>
            Math.Max(
                0,
                new FileInfo(Path.Combine(folder, file.Name)) is { Exists: true } whole && whole.Length == file.Size ? 0
                    : new FileInfo(Path.Combine(folder, file.Name + FileDownload.Suffix)) is { Exists: true } part ? file.Size - part.Length
                    : file.Size
            )
        );
        if (free(folder) is { } room && room < needed)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{folder}: {Bytes.Text(needed)} are to be loaded, and its disk has {Bytes.Text(room)} free. Make room, or name a folder on another disk "
                    + "with --to."
            );
        }
    }

    /// <summary>Says it before gigabytes are loaded where the model is of no use here.</summary>
    private LlamaConfig? LookAtConfig()
    {
        try
        {
            return LlamaConfig.Load(folder);
        }
        catch (ModelFormatException refused)
        {
            Say($"This model cannot be trained here: {refused.Message}");
            Say("The rest is loaded all the same; Ctrl-C stops it.");
            return null;
        }
    }

    /// <summary>As <see cref="LookAtConfig"/>, for the vocabulary.</summary>
    private void LookAtVocabulary(IReadOnlyList<HubFile> texts, LlamaConfig? config)
    {
        if (texts.All(file => file.Name != TokenizerLoader.FileName))
        {
            Say($"The repository has no {TokenizerLoader.FileName}: the model can be used in token ids only.");
            return;
        }

        try
        {
            _ = config is null ? TokenizerLoader.Load(folder) : TokenizerLoader.Load(folder, config);
        }
        catch (ModelFormatException refused)
        {
            Say($"This model's vocabulary cannot be used here: {refused.Message}");
            Say("The rest is loaded all the same; Ctrl-C stops it.");
        }
    }

    /// <summary>Names of the shards, as the index has them.</summary>
    /// <exception cref="CommandException">There are none.</exception>
    private string[] Shards() =>
        SafetensorsFolder.Files(folder) is [_, ..] paths
            ? [.. paths.Select(path => Path.GetFileName(path))]
            : throw new CommandException(
                ExitCode.Usage,
                $"{SafetensorsFolder.IndexFile} names no file: the repository is not whole. Look on its page for another revision."
            );
}

/// <summary>A model that is whole.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Note">Where it came from.</param>
/// <param name="Sha256">Its content hash.</param>
/// <param name="Loaded">Bytes that came from the network.</param>
/// <param name="WasThere">Whether all of it was there before.</param>
internal sealed record FetchedModel(string Folder, SourceNote Note, string Sha256, long Loaded, bool WasThere);
