using System.Globalization;
using DuckDB.NET.Data;

// Asks the file that 'seal export candidates' writes. docs/interchange.md describes its columns.
//   dotnet run -c Release --project samples/Seal.Samples.DuckDb -- candidates.parquet ["select … from candidates"]
if (args.Length is 0 or > 2)
{
    Console.Error.WriteLine("usage: Seal.Samples.DuckDb <candidates.parquet> [\"select … from candidates\"]");
    return 2;
}

string[] questions = args.Length == 2 ? [args[1]] : Questions();
using var connection = new DuckDBConnection("DataSource=:memory:");
connection.Open();
using var command = connection.CreateCommand();
command.CommandText = $"create view candidates as from read_parquet('{args[0].Replace("'", "''", StringComparison.Ordinal)}')";
command.ExecuteNonQuery();
foreach (var question in questions)
{
    command.CommandText = question;
    using var reader = command.ExecuteReader();
    Console.WriteLine(string.Join('\t', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)));
    while (reader.Read())
    {
        var values = Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
        Console.WriteLine(string.Join('\t', values));
    }

    Console.WriteLine();
}

return 0;

static string[] Questions() =>
    [
        // How good is each arm, evaluation by evaluation?
        """
            select arm, step, count(*) as candidates, round(100 * avg(solved::int), 1) as solved, round(avg(obs_token_accuracy), 3) as tokens_right
            from candidates where phase_kind = 'evaluate' group by arm, step order by arm, step
            """,
        // What did rounds keep, by a field of the self-edit?
        """
            select step as round, payload ->> '$.training.learning_rate' as learning_rate, count(*) as tried, count_if(kept) as kept
            from candidates where phase_kind = 'train' and payload is not null group by all order by round, kept desc
            """,
        // What was computed, and what was looked up? A duplicate shares its first one's trial.
        """
            select arm, count_if(looked_up) as looked_up, count_if(not looked_up) as computed, round(sum(device_seconds), 1) as device_seconds
            from candidates where duplicate_of is null group by arm order by arm
            """,
    ];
