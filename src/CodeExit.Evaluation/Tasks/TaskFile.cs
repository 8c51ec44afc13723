using System.Text.Json;
using System.Text.RegularExpressions;

namespace CodeExit.Evaluation.Tasks;

/// <summary>
/// Reads JSON lines of two public task sets, told apart by their fields: HumanEval-infilling (Bavarian et al. 2022: <c>task_id</c>,
/// <c>prompt</c>, <c>suffix</c>, <c>canonical_solution</c>) and CodeXGLUE line completion (Lu et al. 2021: <c>input</c>, <c>gt</c>).
/// </summary>
public static partial class TaskFile
{
    /// <param name="most">Of more, the first are taken.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is neither; names file and line.</exception>
    public static IReadOnlyList<CompletionTask> Read(string path, int most)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file", path);
        var tasks = new List<CompletionTask>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (tasks.Count == most) break;
            if (!string.IsNullOrWhiteSpace(line)) tasks.Add(Task(line, $"{path}:{number}"));
        }
        return tasks.Count > 0 ? tasks : throw new InvalidDataException($"{path}: holds no task");
    }

    private static CompletionTask Task(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            if (json.ValueKind == JsonValueKind.Object)
            {
                if (Text(json, "canonical_solution") is { } solution && Text(json, "prompt") is { } prompt && Text(json, "suffix") is { } suffix)
                    return new CompletionTask(Text(json, "task_id") ?? place, prompt + suffix, prompt.Length, solution);
                if (Text(json, "input") is { } input && Text(json, "gt") is { } truth)
                    return new CompletionTask(place, Plain(input), Plain(input).Length, Plain(truth));
            }
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{place}: is not JSON: {exception.Message}", exception);
        }
        throw new InvalidDataException($"{place}: has neither prompt, suffix and canonical_solution (HumanEval-infilling) nor input and gt (CodeXGLUE)");
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>CodeXGLUE writes tokens with spaces between them, line ends as &lt;EOL&gt;, and rare literals by their kind.</summary>
    private static string Plain(string tokens)
    {
        var text = tokens.Replace("<s>", "").Replace("</s>", "");
        text = Literal().Replace(text, match => match.Groups["kind"].Value switch
        {
            "NUM" => match.Groups["value"].Success ? match.Groups["value"].Value : "0",
            "CHAR" => $"'{match.Groups["value"].Value}'",
            _ => $"\"{match.Groups["value"].Value}\"",
        });
        return LineEnd().Replace(text, "\n").TrimStart(' ');
    }

    [GeneratedRegex("<(?<kind>STR|NUM|CHAR)_LIT(:(?<value>[^>]*))?>", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();

    [GeneratedRegex(" ?<EOL> ?", RegexOptions.CultureInvariant)]
    private static partial Regex LineEnd();
}
