using System.Text.Json.Nodes;
using CodeExit.Inference.Checkpoints;
using CodeExit.Inference.Models;

namespace CodeExit.Tests.Inference.Checkpoints;

public sealed class ShardedCheckpointTests
{
    private const string Index = "model.safetensors.index.json";
    private const string Tensor = "model.norm.weight";

    [Fact]
    public void Open_Shards_ReadsEachTensorFromItsOwn()
    {
        using var checkpoint = Checkpoint.Open(Fixtures.Folder("llama-sharded"));

        var shardOf = JsonNode.Parse(Fixtures.Text("llama-sharded", Index))!["weight_map"]!.AsObject();
        CheckpointTensor[] Some(LayerTensors layer) => [layer.Query.Weight, layer.Gate!.Weight, layer.Down.Weight, layer.MlpNorm.Weight!];
        var tensors = checkpoint.Tensors.Layers.SelectMany(Some).ToList();
        Assert.True(tensors.Select(tensor => tensor.File).Distinct().Count() > 1);
        Assert.All(tensors, tensor => Assert.Equal((string?)shardOf[tensor.Name], Path.GetFileName(tensor.File)));
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/model.safetensors")]
    [InlineData("C:\\model.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void Open_IndexThatLeavesTheFolder_IsRefused(string shard) =>
        AssertRefused(map => map[Tensor] = shard, Index, Tensor, "plain name of a file inside");

    [Fact]
    public void Open_MissingShard_NamesShardAndTensor() =>
        AssertRefused(map => map[Tensor] = "model-9.safetensors", Index, Tensor, "model-9.safetensors, which is missing");

    [Fact]
    public void Open_ShardThatIsNoString_NamesTensor() =>
        AssertRefused(map => map[Tensor] = 3, Index, $"\"weight_map.{Tensor}\" is 3; a string is needed");

    [Fact]
    public void Open_TensorListedInAShardThatLacksIt_NamesBoth() => AssertRefused(
        map => map[Tensor] = "model-00001-of-00003.safetensors", "model-00001-of-00003.safetensors", $"'{Tensor}' is missing", Index);

    [Fact]
    public void Open_NeededTensorNotInIndex_NamesIndexAndTensor() =>
        AssertRefused(map => map.Remove(Tensor), Index, $"'{Tensor}' is missing", "[40]");

    [Fact]
    public void Open_IndexWithoutMap_NamesKey()
    {
        using var folder = TemporaryFolder.CopyOf("llama-sharded");
        var path = folder.Write(Index, """{"metadata":{}}""");
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
        Assert.StartsWith($"{path}: \"weight_map\" is missing", error.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(Action<JsonObject> change, params string[] expected)
    {
        using var folder = TemporaryFolder.CopyOf("llama-sharded");
        var index = JsonNode.Parse(Fixtures.Text("llama-sharded", Index))!;
        change(index["weight_map"]!.AsObject());
        folder.Write(Index, index.ToJsonString());
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
