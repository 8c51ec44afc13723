"""The training loss: cross-entropy of the last layer and of the exits, all through the shared norm and head."""
import torch
import torch.nn.functional as F


def cross_entropy(logits, targets, z_loss=0.0):
    """Mean nats per token. z_loss draws the log-normaliser towards 0, so that logits stay small enough for bf16."""
    logits = logits.float()
    normaliser = torch.logsumexp(logits, -1)
    loss = (normaliser - logits.gather(-1, targets.unsqueeze(-1)).squeeze(-1)).mean()
    return loss + z_loss * normaliser.pow(2).mean() if z_loss else loss


def log_probabilities(logits):
    return F.log_softmax(logits.float(), -1)


def divergence(logits, teacher):
    """Mean nats per token by which what logits say diverges from a teacher's log-probabilities."""
    return F.kl_div(log_probabilities(logits), teacher, reduction="none", log_target=True).sum(-1).mean()


class EveryExit:
    """What losses share that train all exits at every step: the exits' parts, then the last layer's."""

    def choose(self, step):
        return torch.tensor([0])

    def label(self, step, losses):
        return {**{f"layer {layer}": loss for layer, loss in zip(self.exits, losses)}, "last": losses[-1]}


class SampledExit:
    """The last layer, and one exit per step on every fourth position: a few percent of a step's work.

    An exit's weight grows with its depth, as in CALM (2207.07061). Towards the end of training part of its cross-entropy becomes
    the divergence from what the last layer says, because agreeing with it is what an exit is for.
    """

    STRIDE = 4

    def __init__(self, layers, exits, weight, z_loss):
        self.exits, self.z_loss = exits, z_loss
        self.weights = torch.tensor([weight * layer / layers for layer in exits])

    def choose(self, step):
        """-> what this step trains, as a tensor, so that one compiled graph serves all exits."""
        return torch.tensor([step % len(self.exits)])

    def __call__(self, model, ids, targets, chosen, ramp, distilled):
        """-> loss to descend, then nats per token of the chosen exit and of the last layer. ramp, distilled: 0-D tensors, 0 to 1."""
        states = model(ids)
        logits = model.read_out(states[-1])
        final = cross_entropy(logits, targets, self.z_loss)
        state = torch.stack([states[layer - 1][:, ::self.STRIDE] for layer in self.exits]).index_select(0, chosen)[0]
        early_logits = model.read_out(state)
        early = cross_entropy(early_logits, targets[:, ::self.STRIDE])
        weight = ramp * self.weights.to(ids.device).index_select(0, chosen)[0]
        apart = divergence(early_logits, log_probabilities(logits[:, ::self.STRIDE].detach()))
        loss = final + weight * ((1 - distilled) * early + distilled * apart)
        return loss, torch.stack([early.detach(), final.detach()])

    def label(self, step, losses):
        return {f"layer {self.exits[step % len(self.exits)]}": losses[0], "last": losses[1]}


class SelfDistilled(EveryExit):
    """The last layer on the truth, and every exit, every step, on what the last layer says: its divergence on every fourth position.

    For a model that can already tell: agreeing with full depth is what an exit is for, and a distribution says more than one token.
    The last layer is the teacher and gets no gradient from its pupils. weights: for each exit
    """

    STRIDE = 4

    def __init__(self, exits, weights, z_loss):
        if len(weights) != len(exits):
            raise ValueError(f"{len(weights)} weights for the {len(exits)} exits {exits}")
        self.exits, self.weights, self.z_loss = exits, weights, z_loss

    def __call__(self, model, ids, targets, chosen, ramp, distilled):
        """-> loss to descend, then nats of divergence of each exit, and nats per token of the last layer."""
        states = model(ids)
        logits = model.read_out(states[-1])
        final = cross_entropy(logits, targets, self.z_loss)
        teacher = log_probabilities(logits[:, ::self.STRIDE].detach())
        divergences = [divergence(model.read_out(states[layer - 1][:, ::self.STRIDE]), teacher) for layer in self.exits]
        loss = final + ramp * sum(weight * each for weight, each in zip(self.weights, divergences))
        return loss, torch.stack([*(each.detach() for each in divergences), final.detach()])


class Aggregated(EveryExit):
    """GREEN-CODE's loss (2501.11006): a weighted sum over all exits and the last layer, every step, on every position."""

    def __init__(self, layers, exits):
        self.layers, self.exits = layers, exits
        self.weights = geometric_weights(len(exits))

    def __call__(self, model, ids, targets, chosen, ramp, distilled):
        states = model(ids)
        losses = [cross_entropy(model.read_out(states[layer - 1]), targets) for layer in [*self.exits, self.layers]]
        return sum(weight * loss for weight, loss in zip(self.weights, losses)), torch.stack([loss.detach() for loss in losses])


def geometric_weights(exits, ratio=0.9):
    """Falling by `ratio` from exit to exit; those of the first half share 0.7, the others 0.2, the last layer has 0.1."""
    def shares(total, count):
        return [total * ratio ** index * (1 - ratio) / (1 - ratio ** count) for index in range(count)]
    half = (exits + 1) // 2
    weights = shares(0.7, half) + (shares(0.2, exits - half) if exits > half else []) + [0.1]
    return [weight / sum(weights) for weight in weights]
