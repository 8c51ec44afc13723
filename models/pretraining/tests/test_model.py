import json
import os
import tempfile
import unittest

import torch

from training import checkpoint, evaluation
from training.model import Decoder, Shape, grouped_attention

FIXTURES = os.path.join(os.path.dirname(__file__), "..", "..", "..", "tests", "fixtures", "checkpoints")
SHAPE = Shape(layers=3, width=32, heads=4, kv_heads=2, head_dim=8, feed_forward=48, vocabulary=50)


def trained_looking(shape=SHAPE):
    """Weights that are not zero anywhere: `initialise` leaves two matrices of a block at zero."""
    torch.manual_seed(0)
    model = Decoder(shape)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, mean=0.5 if parameter.dim() == 1 else 0.0, std=0.2)
    return model


class ModelTests(unittest.TestCase):
    def test_forward_CheckpointsOfTransformers_GivesItsLogitsAtEveryLayer(self):
        for name in ("llama-base", "llama-tied", "llama-own-head", "qwen2"):
            model, _ = checkpoint.load(os.path.join(FIXTURES, name))
            with open(os.path.join(FIXTURES, name, "reference.json"), encoding="utf-8") as file:
                cases = json.load(file)["cases"]
            for case in cases:
                with torch.no_grad():
                    states = model(torch.tensor([case["tokens"]]))
                    for state, expected in zip(states, case["layer_logits"]):
                        actual = model.read_out(state[0, -1])[:len(expected)]
                        self.assertLess((actual - torch.tensor(expected)).abs().max().item(), 1e-3, name)

    def test_grouped_attention_AnyQueries_EqualsOneHeadAndPositionAtATime(self):
        torch.manual_seed(1)
        q, k, v = torch.randn(2, 4, 5, 8), torch.randn(2, 2, 5, 8), torch.randn(2, 2, 5, 8)
        for block in (256, 2, 5):
            actual = grouped_attention(q, k, v, block)
            for batch in range(2):
                for head in range(4):
                    for position in range(5):
                        keys, values = k[batch, head // 2, :position + 1], v[batch, head // 2, :position + 1]
                        weights = torch.softmax(keys @ q[batch, head, position] / 8 ** 0.5, 0)
                        self.assertTrue(torch.allclose(actual[batch, head, position], weights @ values, atol=1e-5))

    def test_initialise_NewModel_AddsNothingToTheEmbedding(self):
        model = Decoder(SHAPE).initialise()
        ids = torch.arange(10).view(1, 10)
        self.assertTrue(torch.equal(model(ids)[-1], model.embed_tokens(ids)))

    def test_advance_TokenByToken_EqualsForwardAtEveryLayer(self):
        model = trained_looking()
        ids = [3, 1, 4, 1, 5, 9, 2, 6]
        with torch.no_grad():
            states = model(torch.tensor([ids]))
            for layer in (1, 2, 3):
                cache = evaluation.Cache(model)
                cache.advance(ids[:5], layer)
                for token in ids[5:]:
                    last = cache.advance([token], layer)[-1]
                self.assertTrue(torch.allclose(last, states[layer - 1][0, -1], atol=1e-4))


class CheckpointTests(unittest.TestCase):
    def test_save_Model_LoadsWithSameWeightsInBf16(self):
        for shape in (SHAPE, Shape(layers=2, width=32, heads=4, kv_heads=2, head_dim=8, feed_forward=48, vocabulary=50,
                                   qkv_bias=True, tied=False)):
            model = trained_looking(shape)
            with tempfile.TemporaryDirectory() as folder:
                checkpoint.save(folder, model, [1], end_of_text=7)
                again, exits = checkpoint.load(folder)
            self.assertEqual(exits, [1])
            self.assertEqual(again.shape, shape)
            for name, value in model.state_dict().items():
                self.assertTrue(torch.equal(value.bfloat16().float(), again.state_dict()[name]), name)

    def test_load_EmbeddedModel_LeavesOutWhatWasLearnedOnTop(self):
        model, exits = checkpoint.load(os.path.join(FIXTURES, "..", "..", "..", "models", "default"))
        self.assertEqual((model.shape.layers, exits), (12, [4, 6, 8, 10]))

    def test_load_OtherFamily_SaysWhichCanBeTrained(self):
        with self.assertRaisesRegex(SystemExit, "starcoder2; only llama and qwen2"):
            checkpoint.load(os.path.join(FIXTURES, "starcoder2-plain"))


if __name__ == "__main__":
    unittest.main()
