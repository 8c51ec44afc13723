import json
import os
import tempfile
import unittest

import torch
import torch.nn.functional as F

import pretrain
from training import bpe, evaluation, exits, fim
from training.model import Decoder, Shape
from training.muon import Muon, orthogonalise

SHAPE = Shape(layers=4, width=32, heads=4, kv_heads=2, head_dim=8, feed_forward=48, vocabulary=50)


class ExitTests(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.model = Decoder(SHAPE).initialise()
        self.ids, self.targets = torch.randint(0, 50, (2, 16)), torch.randint(0, 50, (2, 16))

    def test_cross_entropy_Logits_EqualsPyTorchs(self):
        logits = torch.randn(3, 5, 50)
        targets = torch.randint(0, 50, (3, 5))
        expected = F.cross_entropy(logits.view(-1, 50), targets.view(-1))
        self.assertTrue(torch.allclose(exits.cross_entropy(logits, targets), expected, atol=1e-6))
        self.assertGreater(exits.cross_entropy(logits, targets, z_loss=1e-2), expected)

    def test_geometric_weights_TenExits_AreThosePublishedForOpt(self):
        weights = exits.geometric_weights(10)
        self.assertAlmostEqual(sum(weights[:5]), 0.7)
        self.assertAlmostEqual(sum(weights[5:10]), 0.2)
        self.assertAlmostEqual(weights[10], 0.1)
        self.assertAlmostEqual(weights[1] / weights[0], 0.9)

    def test_geometric_weights_OneExit_SumToOne(self):
        self.assertAlmostEqual(sum(exits.geometric_weights(1)), 1)

    def test_SampledExit_LaterLayers_GetNoGradientFromTheExit(self):
        for parameter in self.model.layers.parameters():
            if parameter.dim() == 2:
                torch.nn.init.normal_(parameter, std=0.1)
        last_only = exits.SampledExit(4, [1, 2], 0.0, 0.0)
        with_exit = exits.SampledExit(4, [1, 2], 1.0, 0.0)
        gradients = []
        for loss in (last_only, with_exit):
            self.model.zero_grad()
            loss(self.model, self.ids, self.targets, loss.choose(1), torch.tensor(1.0), torch.tensor(0.0))[0].backward()
            gradients.append([layer.mlp.down_proj.weight.grad.clone() for layer in self.model.layers])
        self.assertFalse(torch.allclose(gradients[0][1], gradients[1][1]))  # layer 2 is the exit of step 1
        self.assertTrue(torch.allclose(gradients[0][2], gradients[1][2]))
        self.assertTrue(torch.allclose(gradients[0][3], gradients[1][3]))

    def test_SampledExit_ExitThatAgreesWithTheLastLayer_HasNoDivergence(self):
        loss = exits.SampledExit(4, [1], 1.0, 0.0)  # a new model's layers all say the same
        total, parts = loss(self.model, self.ids, self.targets, loss.choose(0), torch.tensor(1.0), torch.tensor(1.0))
        self.assertAlmostEqual(total.item(), parts[1].item(), places=5)

    def test_SelfDistilled_ExitsThatAgreeWithTheLastLayer_HaveNoDivergence(self):
        loss = exits.SelfDistilled([1, 2], [1.0, 1.0], 0.0)  # a new model's layers all say the same
        total, parts = loss(self.model, self.ids, self.targets, None, torch.tensor(1.0), None)
        self.assertAlmostEqual(parts[0].item(), 0, places=5)
        self.assertAlmostEqual(total.item(), parts[2].item(), places=5)

    def test_SelfDistilled_LayersAboveTheExits_LearnFromTheTruthAlone(self):
        for parameter in self.model.layers.parameters():
            if parameter.dim() == 2:
                torch.nn.init.normal_(parameter, std=0.1)
        gradients = []
        for weights in ([0.0, 0.0], [1.0, 2.0]):
            self.model.zero_grad()
            loss = exits.SelfDistilled([1, 2], weights, 0.0)
            loss(self.model, self.ids, self.targets, None, torch.tensor(1.0), None)[0].backward()
            gradients.append([layer.mlp.down_proj.weight.grad.clone() for layer in self.model.layers])
        self.assertFalse(torch.allclose(gradients[0][1], gradients[1][1]))
        self.assertTrue(torch.allclose(gradients[0][2], gradients[1][2]))
        self.assertTrue(torch.allclose(gradients[0][3], gradients[1][3]))

    def test_SelfDistilled_Descent_TeachesTheExitWhatTheLastLayerSays(self):
        for parameter in self.model.layers.parameters():
            if parameter.dim() == 2:
                torch.nn.init.normal_(parameter, std=0.2)
        torch.nn.init.normal_(self.model.embed_tokens.weight)  # so that the layers have something to say
        loss = exits.SelfDistilled([2], [1.0], 0.0)
        optimizer = torch.optim.Adam(self.model.layers[:2].parameters(), lr=3e-3)
        divergences = []
        for _ in range(60):
            total, parts = loss(self.model, self.ids, self.targets, None, torch.tensor(1.0), None)
            divergences.append(parts[0].item())
            optimizer.zero_grad()
            total.backward()
            optimizer.step()
        self.assertLess(divergences[-1], divergences[0] / 2)

    def test_SelfDistilled_WeightMissing_IsRefused(self):
        with self.assertRaises(ValueError):
            exits.SelfDistilled([1, 2], [1.0], 0.0)

    def test_Aggregated_Losses_AreWeightedAndSummed(self):
        loss = exits.Aggregated(4, [1, 2])
        total, parts = loss(self.model, self.ids, self.targets, None, None, None)
        self.assertAlmostEqual(total.item(), sum(w * p for w, p in zip(loss.weights, parts.tolist())), places=5)
        self.assertEqual(len(parts), 3)


class MuonTests(unittest.TestCase):
    def test_orthogonalise_RandomMatrices_HaveSingularValuesNearOne(self):
        torch.manual_seed(0)
        values = torch.linalg.svdvals(orthogonalise(torch.randn(3, 24, 64)))
        self.assertTrue(((values > 0.6) & (values < 1.3)).all(), values)

    def test_step_LeastSquares_FindsTheMatrix(self):
        torch.manual_seed(0)
        wanted, found = torch.randn(12, 8), torch.nn.Parameter(torch.zeros(12, 8))
        optimizer = Muon([found], lr=0.1)
        start = (found - wanted).pow(2).mean().item()
        for step in range(200):
            optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / 200)
            optimizer.zero_grad()
            (found - wanted).pow(2).mean().backward()
            optimizer.step()
        self.assertLess((found - wanted).pow(2).mean().item(), start / 50)


class EvaluationTests(unittest.TestCase):
    def test_single_line_tasks_Texts_TruthEndsItsLine(self):
        text = "def f(x):\n    return x + 1\n\n\nprint(f(2))\n"
        for prefix, truth, suffix in evaluation.single_line_tasks([text], 100):
            self.assertIn(prefix + truth + suffix, text)
            self.assertTrue(truth and "\n" not in truth and suffix.startswith("\n"))

    def test_bits_per_byte_UniformModel_IsTheTokensShare(self):
        model = Decoder(SHAPE).initialise()
        torch.nn.init.zeros_(model.embed_tokens.weight)

        class Letters:
            special = {"<|endoftext|>": 0}
            encode = staticmethod(lambda text: [ord(letter) % 50 for letter in text])

        bits = evaluation.bits_per_byte(model, Letters, ["abcdef" * 20, "x"], [1, 4], context=16)
        for value in bits:
            self.assertAlmostEqual(value, torch.log2(torch.tensor(50.0)).item(), places=4)

    def test_infill_AnyModel_AnswersWhatWholePassesWould(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tokenizer.json")
            bpe.save(path, bpe.learn(["for x in range(10):\n    print(x)\n"], 280))
            tokenizer = bpe.Tokenizer(path)
        torch.manual_seed(3)
        model = Decoder(Shape(layers=2, width=32, heads=4, kv_heads=2, head_dim=8, feed_forward=48, vocabulary=280))
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, mean=float(parameter.dim() == 1), std=0.3)

        def whole_passes(prompt, layer):
            ids = list(prompt)
            with torch.no_grad():
                while len(ids) < len(prompt) + 48:
                    ids.append(int(model.read_out(model(torch.tensor([ids]))[layer - 1][0, -1]).argmax()))
                    if ids[-1] == tokenizer.special[bpe.END_OF_TEXT] or "\n" in tokenizer.decode(ids[-1:]):
                        break
            return tokenizer.decode(ids[len(prompt):]).split("\n")[0], ids[-1] == tokenizer.special[bpe.END_OF_TEXT]

        for suffix_first in (False, True):
            for layer in (1, 2):
                prompt = fim.arrange(tokenizer, "for x in", "", ":\n", suffix_first)[:-1]
                truth, by_itself = whole_passes(prompt, layer)
                score = evaluation.infill(model, tokenizer, [("for x in", truth, ":\n")], [1, 2], suffix_first)[layer - 1]
                self.assertEqual(score, [1.0, 1.0, float(by_itself)])


class RunTests(unittest.TestCase):
    def run_of(self, minutes):
        with open(os.path.join(os.path.dirname(__file__), "..", "configs", "tiny.json"), encoding="utf-8") as file:
            config = json.load(file)
        torch.manual_seed(0)
        return pretrain.Run(config, Decoder(SHAPE).initialise(), [2], minutes)

    def test_rate_Run_WarmsUpStaysAndFalls(self):
        run = self.run_of(minutes=10)
        self.assertAlmostEqual(run.rate(), 0.1)
        run.step = 100
        rates = []
        for run.seconds in (0, 299, 450, 600, 700):
            rates.append(round(run.rate(), 2))
        self.assertEqual(rates, [1.0, 1.0, 0.51, 0.02, 0.02])

    def test_restore_SavedRun_TakesTheSameNextStep(self):
        first, second = self.run_of(10), self.run_of(10)
        ids = torch.randint(0, 50, (2, 9))

        def step(run):
            loss = exits.cross_entropy(run.model.read_out(run.model(ids[:, :-1])[-1]), ids[:, 1:])
            run.model.zero_grad()
            loss.backward()
            for optimizer in run.optimizers:
                optimizer.step()
            run.step += 1

        for _ in range(3):
            step(first)
        first.seconds, first.document = 12.0, 34
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "checkpoint.pt")
            first.save(path)
            second.restore(path)
        step(first)
        step(second)
        self.assertEqual((second.step, second.seconds, second.document), (4, 12.0, 34))
        for name, value in first.model.state_dict().items():
            self.assertTrue(torch.equal(value, second.model.state_dict()[name]), name)

    def test_restore_ChangedLearningRates_TakesTheNewOnes(self):
        first, second = self.run_of(10), self.run_of(10)
        for optimizer in second.optimizers:
            for group in optimizer.param_groups:
                group["peak"] = 0.5
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "checkpoint.pt")
            first.save(path)
            second.restore(path)
        self.assertEqual({group["peak"] for optimizer in second.optimizers for group in optimizer.param_groups}, {0.5})


if __name__ == "__main__":
    unittest.main()
