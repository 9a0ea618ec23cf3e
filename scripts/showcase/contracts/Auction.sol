// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// One lot; who bids more than the last bidder sends the last bidder's ether back. Every bid depends on the one before.
contract Auction {
    event Bid(address indexed bidder, uint256 amount);

    error TooLow(uint256 best);
    error Over();

    uint256 public immutable closesAt;
    address public bidder;
    uint256 public best;
    uint256 public bids;

    constructor(uint256 closesAt_) {
        closesAt = closesAt_;
    }

    function bid() external payable {
        if (block.timestamp > closesAt) revert Over();
        if (msg.value <= best) revert TooLow(best);
        (address last, uint256 refund) = (bidder, best);
        bidder = msg.sender;
        best = msg.value;
        bids += 1;
        emit Bid(msg.sender, msg.value);
        if (refund > 0) payable(last).transfer(refund);
    }
}
