"""What every stage stands on: errors, atomic writing, the bundle contract and Node. It imports none of the others."""
