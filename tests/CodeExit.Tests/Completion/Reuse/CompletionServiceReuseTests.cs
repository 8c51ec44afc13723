using CodeExit.Completion;
using CodeExit.Completion.Reuse;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion.Reuse;

/// <summary>A service that remembers: what reaches the model, and what the editor is answered.</summary>
public sealed class CompletionServiceReuseTests : IDisposable
{
    private readonly Gate _gate = new();
    private readonly object _editor = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task CompleteAsync_TypedThroughAndBack_AsksTheModelOnce()
    {
        var generator = ScriptedGenerator.Saying("foo(a)");
        using var service = Service(generator);
        var written = await service.CompleteAsync(At("x = "), default);

        Assert.Equal("foo(a)", written!.Text);
        Assert.Equal("oo(a)", (await service.CompleteAsync(At("x = f"), default))!.Text);
        Assert.Equal("a)", (await service.CompleteAsync(At("x = foo("), default))!.Text);
        Assert.Equal("foo(a)", (await service.CompleteAsync(At("x = "), default))!.Text);
        Assert.Single(generator.Prompts);

        Assert.Equal("foo(a)", (await service.CompleteAsync(At("x = foo(a)"), default))!.Text); // all of it is typed: on from there
        Assert.Equal("foo(a)", (await service.CompleteAsync(At("x = b"), default))!.Text);
        Assert.Equal(3, generator.Prompts.Count);
    }

    [Fact]
    public async Task CompleteAsync_Remembered_SupersedesWhatTheEditorStillWaitsFor()
    {
        var generator = _gate.Generator("foo");
        using var service = Service(generator);
        _gate.Open();
        await service.CompleteAsync(At("x = "), default);
        await _gate.Arrived();
        var running = service.CompleteAsync(At("y = "), default);
        await _gate.Arrived();

        Assert.Equal("foo", (await service.CompleteAsync(At("x = "), default))!.Text);

        Assert.Null(await running);
        await service.WarmAsync(default);
        Assert.Equal(1, _gate.Cancelled);
    }

    [Fact]
    public async Task CompleteAsync_AfterUnload_AsksTheModelAgain()
    {
        var generator = ScriptedGenerator.Saying("foo");
        using var service = new CompletionService(_ => new ScriptedGenerator { Script = (prompt, stop) => generator.Script(prompt, stop) }.Loaded(), new(), cache: new SuggestionCache());
        await service.CompleteAsync(At("x = "), default);

        await service.UnloadAsync(default);
        var result = await service.CompleteAsync(At("x = "), default);

        Assert.Equal(AnswerSource.Model, result!.Source);
    }

    [Fact]
    public async Task CompleteAsync_AfterDispose_IsRefusedAlsoWhereRemembered()
    {
        var service = Service(ScriptedGenerator.Saying("foo"));
        await service.CompleteAsync(At("x = "), default);
        service.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => service.CompleteAsync(At("x = "), default));
    }

    [Fact]
    public async Task CompleteAsync_CancelledBeforehand_IsNotAnsweredFromMemory()
    {
        using var service = Service(ScriptedGenerator.Saying("foo"));
        await service.CompleteAsync(At("x = "), default);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.CompleteAsync(At("x = "), new CancellationToken(true)));
    }

    [Fact]
    public async Task CompleteAsync_TypedWhatIsBeingWritten_GoesOnAndAnswersTheRest()
    {
        var generator = Slow("foo(a)");
        using var service = Service(generator);
        var older = service.CompleteAsync(At("x = "), default);
        await _gate.Arrived();
        await Written("fo");

        var newer = service.CompleteAsync(At("x = f"), default); // it has said that
        Assert.Null(await older);
        await Written("o");
        var newest = service.CompleteAsync(At("x = foo("), default); // it has not come there yet
        Assert.Null(await newer);
        _gate.Open(100);

        var result = (await newest)!;
        Assert.Equal(("a)", AnswerSource.Running, 6), (result.Text, result.Source, result.Tokens)); // nobody else was told of its six tokens
        Assert.Single(generator.Prompts);
        Assert.Equal(0, _gate.Cancelled);
        Assert.Equal(AnswerSource.Cache, (await service.CompleteAsync(At("x = foo("), default))!.Source);
    }

    [Fact]
    public async Task CompleteAsync_TypedOtherwise_CancelsAtOnce()
    {
        var generator = Slow("foo(a)");
        using var service = Service(generator);
        var older = service.CompleteAsync(At("x = "), default);
        await _gate.Arrived();
        await Written("fo");

        var newer = service.CompleteAsync(At("x = b"), default);

        Assert.Null(await older);
        await _gate.Arrived(); // in front of the newer one's first token
        _gate.Open(100);
        Assert.Equal("foo(a)", (await newer)!.Text);
        Assert.Equal((2, 1), (generator.Prompts.Count, _gate.Cancelled));
    }

    [Fact]
    public async Task CompleteAsync_ContradictedLater_CancelsThen()
    {
        var generator = Slow("foo(a)");
        using var service = Service(generator);
        var older = service.CompleteAsync(At("x = "), default);
        await _gate.Arrived();
        await Written("f");
        var newer = service.CompleteAsync(At("x = fob"), default);
        Assert.Null(await older);

        await Written("o"); // "fo" agrees; the next o will not
        Assert.Equal(0, _gate.Cancelled);
        _gate.Open(1);
        await _gate.Arrived(); // at the gate in front of the token behind it, or of the newer request's first
        _gate.Open(100);

        Assert.Equal("foo(a)", (await newer)!.Text);
        Assert.Equal((2, 1), (generator.Prompts.Count, _gate.Cancelled));
    }

    [Fact]
    public async Task CompleteAsync_NewerOneCancelled_StopsWhatWentOnForIt()
    {
        var generator = Slow("foo(a)");
        using var service = Service(generator);
        using var caller = new CancellationTokenSource();
        var older = service.CompleteAsync(At("x = "), default);
        await _gate.Arrived();
        await Written("fo");
        var newer = service.CompleteAsync(At("x = f"), caller.Token);
        Assert.Null(await older);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => newer);
        await service.WarmAsync(default);
        Assert.Equal(1, _gate.Cancelled);
    }

    [Fact]
    public async Task CompleteAsync_WithoutMemory_TypingCancelsAsEver()
    {
        var generator = Slow("foo");
        using var service = new CompletionService(_ => generator.Loaded(), new());
        var older = service.CompleteAsync(At("x = "), default);
        await _gate.Arrived();
        await Written("fo");

        var newer = service.CompleteAsync(At("x = f"), default);

        Assert.Null(await older);
        await _gate.Arrived();
        _gate.Open(100);
        Assert.Equal(("foo", 2), ((await newer)!.Text, generator.Prompts.Count));
    }

    /// <summary>
    /// Editors that type, take back, cancel and ask on, before a model that goes on with the alphabet: whatever answers, from wherever, it has
    /// to be what the alphabet says.
    /// </summary>
    [Fact]
    public async Task CompleteAsync_ManyEditorsTypingAtOnce_AnswersWhatTheModelWouldSay()
    {
        var generator = new ScriptedGenerator { Script = (prompt, stop) => Spelled((char)prompt[Array.IndexOf(prompt, ByteTokenizer.Suffix) - 1], stop) };
        using var service = Service(generator);

        var answers = (await Task.WhenAll(Enumerable.Range(0, 8).Select(editor => Task.Run(() => TypeAsync(service, editor))))).SelectMany(each => each).ToArray();

        foreach (var (request, answer) in answers.Where(each => each.Answer is not null)) Assert.Equal(Alphabet(request.Text[^1]), answer!.Text);
        await service.WarmAsync(default); // behind what is given up and still running
        Assert.Equal(0, service.Status.Pending);
        Assert.Contains(answers, each => each.Answer?.Source == AnswerSource.Cache);
        // Nothing is billed twice: what was told of is no more than what was run.
        Assert.InRange(answers.Sum(each => each.Answer?.Tokens ?? 0), 1, generator.TokensProduced);
    }

    /// <summary>On from a letter to z; from z, all of it.</summary>
    private static string Alphabet(char after)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz";
        return Letters[((after - 'a' + 1) % Letters.Length)..];
    }

    private static IEnumerable<int> Spelled(char after, CancellationToken stop)
    {
        foreach (var letter in Alphabet(after))
        {
            Thread.Yield();
            stop.ThrowIfCancellationRequested();
            yield return letter;
        }
    }

    /// <returns>Each request with its answer; null where it was superseded or cancelled. Fails where it was so without a reason.</returns>
    private static async Task<List<(CompletionRequest Request, CompletionResult? Answer)>> TypeAsync(CompletionService service, int editor)
    {
        var random = new Random(editor);
        var asked = new List<(CompletionRequest Request, Task<CompletionResult?> Answer, bool IsCancelled)>();
        var typed = $"{editor}:a";
        for (var key = 0; key < 300; key++)
        {
            var next = Alphabet(typed[^1])[0];
            typed = random.Next(10) switch
            {
                0 when typed.Length > 4 => typed[..^1],
                1 => typed + (char)random.Next('a', 'z' + 1),
                _ => typed + next,
            };
            using var caller = new CancellationTokenSource();
            var request = new CompletionRequest(typed, typed.Length) { Origin = editor };
            var answer = service.CompleteAsync(request, caller.Token);
            var cancels = random.Next(8) == 0 && key < 299;
            if (cancels) await caller.CancelAsync();
            asked.Add((request, answer, cancels));
            if (random.Next(3) == 0) await Task.WhenAny(answer);
        }
        Assert.NotNull(await asked[^1].Answer); // the newest wins
        var answers = new List<(CompletionRequest, CompletionResult?)>();
        foreach (var (request, answer, isCancelled) in asked)
        {
            await Task.WhenAny(answer).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.True(answer.IsCompletedSuccessfully || (answer.IsCanceled && isCancelled));
            answers.Add((request, answer.IsCanceled ? null : answer.Result));
        }
        return answers;
    }

    /// <summary>The editor's document, its cursor at the end.</summary>
    private CompletionRequest At(string text) => new(text, text.Length) { Origin = _editor };

    /// <summary>Waits at the gate in front of every token.</summary>
    private ScriptedGenerator Slow(string text) => new() { Script = (_, stop) => Tokens(text, stop) };

    private IEnumerable<int> Tokens(string text, CancellationToken stop)
    {
        foreach (var token in ByteTokenizer.Tokens(text))
        {
            _gate.Wait(stop);
            yield return token;
        }
        _gate.Wait(stop);
    }

    /// <summary>Lets the model write this much more and waits until it has.</summary>
    private async Task Written(string more)
    {
        foreach (var _ in more)
        {
            _gate.Open();
            await _gate.Arrived();
        }
    }

    private static CompletionService Service(ScriptedGenerator generator) => new(_ => generator.Loaded(), new(), cache: new SuggestionCache());
}
