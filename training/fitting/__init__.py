"""What happens while a network trains: batches, callbacks, frozen features, distillation, history."""
