using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text.Json;
using Xunit.Abstractions;

namespace CodeExit.Tests.Cli.Daemon;

/// <summary>The real program with the embedded model, in processes.</summary>
public sealed class DaemonProcessTests(ITestOutputHelper output) : IDisposable
{
    private readonly DaemonWorld _world = new();

    [Fact]
    public async Task Editors_Five_ShareOneModelAndEndWithTheirOwnCodes()
    {
        var editors = new List<Editor> { await _world.OpenAsync() };
        var pid = await _world.DaemonPidAsync();
        var one = DaemonWorld.ResidentBytes(pid);
        for (var window = 1; window < 5; window++) editors.Add(await _world.OpenAsync());
        var five = DaemonWorld.ResidentBytes(pid);
        var status = await _world.StatusAsync();

        output.WriteLine($"daemon with one editor {one >> 20} MiB, with five {five >> 20} MiB; forwarders {string.Join(", ", editors.Select(editor => DaemonWorld.ResidentBytes(editor.Pid) >> 20))} MiB");
        Assert.Equal((pid, 5), (status.GetProperty("pid").GetInt32(), status.GetProperty("connections").GetInt32()));
        Assert.Equal("default", status.GetProperty("model").GetProperty("name").GetString());
        var weights = new FileInfo(Path.Combine(AppContext.BaseDirectory, "model", "model.safetensors")).Length;
        Assert.InRange(five - one, long.MinValue, 4 * (weights / 2) / 2); // half of what four more models in int8 would be
        if (OperatingSystem.IsLinux()) Assert.All(editors, editor => Assert.DoesNotContain(".safetensors", File.ReadAllText($"/proc/{editor.Pid}/maps"), StringComparison.Ordinal));

        Assert.Equal(0, await editors[0].CloseAsync());
        await editors[1].Client.NotifyAsync("exit"); // without shutdown
        Assert.Equal(1, (await editors[1].EndAsync()).ExitCode);
        await editors[2].Client.CloseAsync(); // vanishes
        Assert.Equal(1, (await editors[2].EndAsync()).ExitCode);
        await editors[3].SuggestAsync(); // and the others go on
        Assert.Equal(0, await editors[3].CloseAsync());
    }

    [Fact]
    public async Task Forwarder_Killed_LeavesTheDaemonAndTheOthersSound()
    {
        var (first, second) = (await _world.OpenAsync(), await _world.OpenAsync());
        var pid = await _world.DaemonPidAsync();
        await first.RequestAsync(); // at work when it is killed

        first.Kill();

        await _world.UntilAsync(status => status.GetProperty("connections").GetInt32() == 1);
        await second.SuggestAsync();
        await (await _world.OpenAsync()).SuggestAsync();
        Assert.Equal(pid, await _world.DaemonPidAsync());
    }

    [Fact]
    public async Task Daemon_Killed_EndsForwardersWithALineAndTheNextStartsAnother()
    {
        var editor = await _world.OpenAsync();
        var pid = await _world.DaemonPidAsync();

        DaemonWorld.Kill(pid);
        var (exitCode, log) = await editor.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("the daemon died", log, StringComparison.Ordinal);
        Assert.True(Directory.GetFiles(_world.Folder, "*.sock").Length == 1, "a killed daemon leaves its socket behind");
        Assert.False((await _world.StatusAsync()).GetProperty("running").GetBoolean());
        Assert.Equal(0, await (await _world.OpenAsync()).CloseAsync());
        Assert.NotEqual(pid, await _world.DaemonPidAsync());
    }

    [Fact]
    public async Task Editors_TenAtOnce_StartOneDaemon()
    {
        var editors = Enumerable.Range(0, 10).Select(_ => _world.Start()).ToArray();

        await Task.WhenAll(editors.Select(editor => editor.OpenAsync()));

        Assert.Equal(10, (await _world.StatusAsync()).GetProperty("connections").GetInt32());
        Assert.Equal(1, _world.Log.Split('\n').Count(line => line.Contains("listens at", StringComparison.Ordinal)));
        Assert.All(await Task.WhenAll(editors.Select(editor => editor.CloseAsync())), code => Assert.Equal(0, code));
    }

    [Fact]
    public async Task Build_Newer_ReplacesTheDaemonAndAnOlderOneJoinsIt()
    {
        var old = await _world.OpenAsync();
        var pid = await _world.DaemonPidAsync();

        var upgraded = await _world.OpenAsync(version: "99.0.0");

        var (exitCode, log) = await old.EndAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("the daemon ended the session: stopped by build 99.0.0+", log, StringComparison.Ordinal);
        var status = await _world.StatusAsync();
        Assert.StartsWith("99.0.0+", status.GetProperty("build").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(pid, status.GetProperty("pid").GetInt32());

        // What an editor with the old extension does next: it starts its server anew. The two must not drive each other out in turns.
        var restarted = await _world.OpenAsync();
        await upgraded.SuggestAsync();
        Assert.Equal(2, (await _world.StatusAsync()).GetProperty("connections").GetInt32());
        Assert.Equal((0, 0), (await restarted.CloseAsync(), await upgraded.CloseAsync()));
    }

    [Fact]
    public async Task Stop_EditorsConnected_EndsThemAndGivesBackEverything()
    {
        var editor = await _world.OpenAsync();

        var (exitCode, said, _) = await _world.RunAsync("daemon", "stop");

        Assert.Equal(0, exitCode);
        Assert.Contains("has ended", said, StringComparison.Ordinal);
        Assert.Equal((1, true), await editor.EndAsync() is var (code, log) ? (code, log.Contains("the daemon ended the session: stopped", StringComparison.Ordinal)) : default);
        Assert.Equal(["daemon.lock", "daemon.log", "requests.v1.ring", "start.lock"], Directory.GetFiles(_world.Folder).Select(Path.GetFileName).Order());
        Assert.Contains("No daemon", (await _world.RunAsync("daemon", "stop")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_ToldToEndBySignal_DrainsAsStopDoes()
    {
        if (OperatingSystem.IsWindows()) return; // no signals there
        var editor = await _world.OpenAsync();

        using (var kill = Process.Start("kill", ["-TERM", $"{await _world.DaemonPidAsync()}"])) await kill.WaitForExitAsync();
        var (exitCode, log) = await editor.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("the daemon ended the session: the process was told to end", log, StringComparison.Ordinal);
        await _world.UntilAsync(status => !status.GetProperty("running").GetBoolean());
    }

    /// <summary>Whoever connects and says nothing is waited for as long as a request in flight would be.</summary>
    [Fact]
    public async Task Daemon_ToldToEndBySignalWithASilentClient_CutsItOffAndLeavesNothing()
    {
        if (OperatingSystem.IsWindows()) return; // no signals there
        await _world.RunAsync("daemon", "start");
        var status = await _world.StatusAsync();
        using var silent = new NamedPipeClientStream(".", status.GetProperty("socket").GetString()!, PipeDirection.InOut, PipeOptions.Asynchronous);
        await silent.ConnectAsync(5000);
        using var daemon = Process.GetProcessById(status.GetProperty("pid").GetInt32());

        using (var kill = Process.Start("kill", ["-TERM", $"{daemon.Id}"])) await kill.WaitForExitAsync();
        await daemon.WaitForExitAsync().WaitAsync(DaemonWorld.Patience);

        Assert.Contains("they are cut off", _world.Log, StringComparison.Ordinal);
        Assert.Equal(["daemon.lock", "daemon.log", "start.lock"], Directory.GetFiles(_world.Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Start_Twice_IsOneDaemonThatHasLoadedNothing()
    {
        var (first, _, error) = await _world.RunAsync("daemon", "start", "--exit-after", "120");
        var pid = await _world.DaemonPidAsync();
        var (second, _, _) = await _world.RunAsync("daemon", "start");
        await _world.UntilAsync(now => now.GetProperty("exitInSeconds").ValueKind == JsonValueKind.Number); // it has seen that both left
        var status = await _world.StatusAsync();

        Assert.True((first, second) == (0, 0), error);
        Assert.Equal(pid, status.GetProperty("pid").GetInt32());
        Assert.Equal("unloaded", status.GetProperty("model").GetProperty("state").GetString());
        Assert.InRange(status.GetProperty("exitInSeconds").GetDouble(), 0, 120);
    }

    [Fact]
    public async Task Daemon_IdleForItsTime_GivesTheWeightsBackAndLoadsThemAgain()
    {
        var editor = await _world.OpenAsync(["--unload-after", "0.3"]);

        await _world.UntilAsync(status => status.GetProperty("model").GetProperty("state").GetString() == "unloaded");
        output.WriteLine($"unloaded: {DaemonWorld.ResidentBytes(await _world.DaemonPidAsync()) >> 20} MiB");
        await editor.SuggestAsync();

        Assert.Equal(0, await editor.CloseAsync());
        Assert.Contains("gave the weights back", _world.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Daemon_StartedByAnEditor_IsInASessionOfItsOwnAndNobodysChild()
    {
        if (!OperatingSystem.IsLinux()) return; // /proc says it
        var editor = await _world.OpenAsync();
        var pid = await _world.DaemonPidAsync();

        var stat = (await File.ReadAllTextAsync($"/proc/{pid}/stat")).Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (parent, group, session) = (Number(stat[1]), Number(stat[2]), Number(stat[3]));

        Assert.NotEqual(editor.Pid, parent);
        Assert.Equal((pid, pid), (group, session));
        Assert.Equal("/", new FileInfo($"/proc/{pid}/cwd").LinkTarget);
        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
        Assert.All([0, 1, 2], stream => Assert.Equal("/dev/null", new FileInfo($"/proc/{pid}/fd/{stream}").LinkTarget));
    }

    [Theory]
    [InlineData("nowhere", "cannot be used")]
    [InlineData("long", "too long")]
    public async Task Lsp_NoRuntimeFolder_SaysWhyOnceAndServesAlone(string folder, string said)
    {
        var path = folder == "long" ? Path.Combine(_world.Folder, new string('x', 100)) : "/dev/null/below";

        var editor = await _world.OpenInAsync(path);

        Assert.Equal(0, await editor.CloseAsync());
        var log = (await editor.EndAsync()).Log;
        Assert.Contains(said, log, StringComparison.Ordinal);
        Assert.Equal(1, log.Split('\n').Count(line => line.Contains("Serving from this process", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Lsp_SettingsOfTwoEditors_HoldForEachAlone()
    {
        var (lossless, fixedDepth) = (await _world.OpenAsync(["--mode", "lossless"]), await _world.OpenAsync(["--policy", "fixed:4"]));

        Assert.Equal(("lossless", "full"), await lossless.DepthAsync());
        Assert.Equal(("custom", "fixed:4"), await fixedDepth.DepthAsync());
        Assert.Equal(2, (await _world.StatusAsync()).GetProperty("connections").GetInt32());
        await fixedDepth.Client.NotifyAsync("workspace/didChangeConfiguration", new { settings = new { mode = "lossless" } });
        Assert.Equal(("lossless", "full"), await fixedDepth.DepthAsync());
    }

    [Fact]
    public async Task Lsp_AnotherDeviceThanTheDaemons_IsRefusedWhileSomebodyIsServed()
    {
        var editor = await _world.OpenAsync();

        var (exitCode, _, error) = await _world.RunAsync("lsp", "--device", "cpu");

        Assert.Equal(1, exitCode);
        Assert.Contains("--standalone", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        await editor.CloseAsync();
        await (await _world.OpenAsync(["--device", "cpu"])).SuggestAsync(); // nobody needs the first one's model any more
    }

    [Fact]
    public async Task Lsp_BadSetting_IsRefusedBeforeAnyDaemonIsStarted()
    {
        var (exitCode, _, error) = await _world.RunAsync("lsp", "--policy", "nonsense");

        Assert.Equal(2, exitCode);
        Assert.Contains("policy 'nonsense'", error, StringComparison.Ordinal);
        Assert.False((await _world.StatusAsync()).GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task Log_AfterASession_HoldsNothingOfTheCode()
    {
        await (await _world.OpenAsync()).CloseAsync();

        Assert.All(["sample.py", "with open", "import os"], word => Assert.DoesNotContain(word, _world.Log, StringComparison.Ordinal));
    }

    public void Dispose() => _world.Dispose();
}
