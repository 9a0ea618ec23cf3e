// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IToken} from "./Interfaces.sol";

/// Shares out a steady reward among stakers, by a running sum of reward per staked unit.
contract Staking {
    event Staked(address indexed owner, int256 change);
    event Rewarded(address indexed owner, uint256 amount);

    uint256 private constant SCALE = 1e24;
    uint256 private constant REWARD_PER_SECOND = 1000;

    IToken public immutable token;
    uint256 public total;
    uint256 public perUnit;
    uint256 public updatedAt;
    mapping(address owner => uint256) public staked;
    mapping(address owner => uint256) public paidUnit;
    mapping(address owner => uint256) public earned;

    constructor(IToken token_) {
        token = token_;
        updatedAt = block.timestamp;
    }

    function stake(uint256 amount) external {
        settle(msg.sender);
        token.transferFrom(msg.sender, address(this), amount);
        staked[msg.sender] += amount;
        total += amount;
        emit Staked(msg.sender, int256(amount));
    }

    function unstake(uint256 amount) external {
        settle(msg.sender);
        staked[msg.sender] -= amount;
        total -= amount;
        token.transfer(msg.sender, amount);
        emit Staked(msg.sender, -int256(amount));
    }

    function collect() external {
        settle(msg.sender);
        uint256 amount = earned[msg.sender];
        delete earned[msg.sender];
        token.transfer(msg.sender, amount);
        emit Rewarded(msg.sender, amount);
    }

    function settle(address owner) private {
        if (total > 0) perUnit += ((block.timestamp - updatedAt) * REWARD_PER_SECOND * SCALE) / total;
        updatedAt = block.timestamp;
        earned[owner] += (staked[owner] * (perUnit - paidUnit[owner])) / SCALE;
        paidUnit[owner] = perUnit;
    }
}
