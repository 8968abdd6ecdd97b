"""What both doors of the house say in the words of the contract."""
