"""Muon (Jordan et al. 2024): momentum whose matrix is replaced by the nearest orthogonal one, for the matrices of the blocks."""
import torch


def orthogonalise(matrices, steps=5):
    """Newton-Schulz iteration of order five towards U Vᵀ of each matrix. matrices: [n, rows, columns], rows <= columns."""
    x = matrices.bfloat16()
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.transpose(-1, -2)
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.float()


class Muon(torch.optim.Optimizer):
    """Nesterov momentum; matrices of one shape are orthogonalised together; decoupled weight decay.

    An update has a spectral norm of about lr · √max(1, rows / columns).
    """

    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes.setdefault(tuple(parameter.shape), []).append(parameter)
            for (rows, columns), parameters in shapes.items():
                updates = torch.stack([self._momentum(parameter, group["momentum"]) for parameter in parameters])
                wide = rows <= columns
                updates = orthogonalise(updates if wide else updates.transpose(1, 2))
                updates = updates if wide else updates.transpose(1, 2)
                for parameter, update in zip(parameters, updates):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update, alpha=-group["lr"] * max(1, rows / columns) ** 0.5)

    def _momentum(self, parameter, momentum):
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        state["momentum"].lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(state["momentum"], momentum)
